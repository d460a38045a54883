import type { Role } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Network } from '../../shared/domain/definition/network.ts';
import { allow } from './repositories.ts';

/** What a service needs, by its own documentation, to put network interfaces into somebody's subnets. */
const LAMBDA = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const SAGEMAKER = [
  'ec2:CreateNetworkInterface',
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
];
const BECAUSE = 'the service makes, finds and removes network interfaces that have no name before';

/** Puts a function there. */
export function connect(fn: Lambda, { subnets, securityGroups }: Network): void {
  (fn.node.defaultChild as CfnFunction).vpcConfig = { subnetIds: subnets, securityGroupIds: securityGroups };
  allow(fn, LAMBDA, ['*'], undefined, BECAUSE);
  // The function is made when its role has the rights, or not at all.
  const policy = fn.role?.node.tryFindChild('DefaultPolicy');
  if (policy) fn.node.addDependency(policy);
}

/** For the role of a training job or an endpoint. */
export const grantNetworkInterfaces = (role: Role): void => allow(role, SAGEMAKER, ['*'], undefined, BECAUSE);
