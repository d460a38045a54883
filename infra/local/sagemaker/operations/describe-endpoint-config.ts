import type { DescribeEndpointConfigInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { describedMembers, operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const describeEndpointConfig = operation<DescribeEndpointConfigInput>({
  name: 'DescribeEndpointConfig',
  supports: { EndpointConfigName: honoured },
  run(sagemaker, input) {
    const config = requireResource(sagemaker, 'endpoint-config', input.EndpointConfigName);
    return {
      ...describedMembers(sagemaker.model, 'DescribeEndpointConfig', config.request),
      EndpointConfigArn: config.arn,
      CreationTime: config.created,
    };
  },
});
