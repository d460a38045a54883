import { type Contract, grants, list, resources, type Statement, statements, text } from './template.ts';

/** The administration of a key is its account's; a service that encrypts needs the key's family of calls by AWS's own pattern. */
const OF_KEYS = /^kms:(\*|GenerateDataKey\*)$/;

export const noWildcardAction: Contract = (template) =>
  statements(template).flatMap(({ at, type, statement }) => {
    if (statement.Effect !== 'Allow') return [];
    if (!('Action' in statement) || 'NotResource' in statement) return [`${at} allows by exclusion`];
    return list(statement.Action)
      .filter((action) => action.includes('*') && !(type === 'AWS::KMS::Key' && OF_KEYS.test(action)))
      .map((action) => `${at} allows ${action}`);
  });

const UNNAMABLE = [
  /^logs:(\w+LogDelivery|ListLogDeliveries|\w+ResourcePolic(y|ies)|DescribeLogGroups)$/,
  /^xray:\w+$/,
  /^cloudwatch:GetMetricData$/,
  // Of a service that puts network interfaces into somebody's subnets.
  /^ec2:(Create|Delete)NetworkInterface(Permission)?$/,
  /^ec2:(Una|A)ssignPrivateIpAddresses$/,
  /^ec2:Describe(NetworkInterfaces|Vpcs|DhcpOptions|Subnets|SecurityGroups)$/,
  /^ecr:GetAuthorizationToken$/,
];
/** Where our functions measure, and SageMaker's instances. */
const NAMESPACES = ['ModelLoop', ...['TrainingJobs', 'TransformJobs', 'Endpoints'].map((of) => `/aws/sagemaker/${of}`)];
/** May be called on everything, but under such a condition. */
const LIMITED: Readonly<Record<string, (condition: Statement['Condition']) => boolean>> = {
  'cloudwatch:PutMetricData': (condition) => {
    const namespaces = list(condition?.StringEquals?.['cloudwatch:namespace']);
    return namespaces.length > 0 && namespaces.every((n) => NAMESPACES.includes(String(n)));
  },
};

/** Only what cannot name a resource may be allowed on all of them. */
export const noResourceOfAll: Contract = (template) =>
  grants(template).flatMap(({ at, statement }) => {
    if (!list(statement.Resource).includes('*')) return [];
    return list(statement.Action)
      .filter((a) => (LIMITED[a] ? !LIMITED[a](statement.Condition) : !UNNAMABLE.some((u) => u.test(a))))
      .map((a) => `${at} allows ${a} on everything`);
  });

/** A role that can be passed on anywhere is a way to every right that it has. */
export const rolesArePassedToSageMaker: Contract = (template) =>
  grants(template)
    .filter(({ statement }) => list(statement.Action).includes('iam:PassRole'))
    .flatMap(({ at, statement }) => [
      ...(text(statement.Condition) === text({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } })
        ? []
        : [`${at} passes roles to any service`]),
      ...list(statement.Resource)
        .filter((r) => !/:role\/modelloop-[a-z0-9]+-\*-(training|serving)"/.test(text(r)))
        .map((r) => `${at} passes ${text(r)}`),
    ]);

/** Lambda takes a role only with a function of the same account, so nobody else can make it use one. */
const OF_ONE_ACCOUNT = 'lambda.amazonaws.com';

/** A service works for everybody: a role says for whom it may be used, a resource who may send. */
export const servicesOfThisAccount: Contract = (template) => {
  const limited = (condition: unknown) => /aws:SourceAccount|aws:SourceArn/.test(text(condition));
  const trusted = resources(template, 'AWS::IAM::Role').flatMap(([at, r]) =>
    (r.Properties.AssumeRolePolicyDocument.Statement as { Principal: unknown; Condition?: unknown }[]).map(
      (statement) => ({ at, statement }),
    ),
  );
  const named = statements(template).filter(({ statement }) => statement.Effect === 'Allow');
  return [...trusted, ...named].flatMap(({ at, statement: { Principal, Condition } }) => {
    const services = list((Principal as { Service?: string | string[] } | undefined)?.Service);
    return services
      .filter((service) => service !== OF_ONE_ACCOUNT && !limited(Condition))
      .map((service) => `${at} takes ${service} for anybody's account`);
  });
};
