import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { type StageSettings, settingsOf } from '../../infra/config.ts';
import { ModelStack } from '../../infra/model-stack.ts';
import { company } from './company.ts';
import { functionNames, resources, statements, synthesize } from './synth.ts';

const dev = synthesize('dev');
const all = Object.values(dev);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe('permissions', () => {
  test('a model’s roles trust SageMaker of this account only, and reach that model’s prefixes only', () => {
    const roles = resources(dev.model, 'AWS::IAM::Role').filter(([, r]) => r.Properties.RoleName);
    expect(roles.map(([, r]) => r.Properties.RoleName).sort()).toEqual([
      'modelloop-dev-some-model-serving',
      'modelloop-dev-some-model-training',
    ]);
    for (const [id, role] of roles) {
      const [trust] = role.Properties.AssumeRolePolicyDocument.Statement;
      expect(trust.Principal, id).toEqual({ Service: 'sagemaker.amazonaws.com' });
      expect(trust.Condition.StringEquals['aws:SourceAccount'], id).toBeDefined();
    }
    for (const { at, statement } of statements(dev.model))
      if (list(statement.Action).some((a) => /^s3:(Get|Put)Object/.test(String(a))))
        for (const resource of list(statement.Resource)) expect(JSON.stringify(resource), at).toContain('/some-model/');
  });
});

test('an endpoint of ours is looked at by the sweep, and by who changes it; the sweep can do nothing else to it', () => {
  const on = statements(dev.pipelines).filter(({ statement }) =>
    list(statement.Action).some((a) => /^sagemaker:\w+Endpoint$/.test(String(a))),
  );
  const by = (action: string) => on.filter(({ statement }) => list(statement.Action).includes(`sagemaker:${action}`));
  const sweep = by('DescribeEndpoint').filter(({ at }) => /sweep/i.test(at));
  expect(sweep.map(({ statement }) => list(statement.Action))).toEqual([['sagemaker:DescribeEndpoint']]);
  for (const { at, statement } of on)
    expect(JSON.stringify(statement.Resource), at).toMatch(/:endpoint\/modelloop-dev-\*"/);
  expect(by('DeleteEndpoint').some(({ at }) => /sweep/i.test(at))).toBe(false);
});

test('what AWS has measured is read by the drift check, and by nothing else', () => {
  const readers = statements(dev.pipelines).filter(({ statement }) =>
    list(statement.Action).some((a) => /^cloudwatch:(Get|List)/.test(String(a))),
  );
  expect(readers.map(({ at, statement }) => [/checkdrift/i.test(at), list(statement.Action)])).toEqual([
    [true, ['cloudwatch:GetMetricData']],
  ]);
});

describe('images', () => {
  const own = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/mine';
  const former = '444455556666.dkr.ecr.eu-west-1.amazonaws.com/former:1';

  /** By role. */
  const pulled = (settings: StageSettings, image: string, images?: string[]) => {
    const operations = { owner: 'o', schedules: {}, paging: { email: [], https: [], latencyMilliseconds: 1 } };
    const stack = new ModelStack(new App(), 'of-a-model', {
      ...{ settings, image, model: 'm', operations: { ...operations, ...(images && { images }) } },
      bundle: { path: import.meta.filename, treeHash: 'f'.repeat(64) },
      ...(settings.region && { env: { account: String(settings.account), region: settings.region } }),
    });
    return ['Training', 'Serving'].map((role) => {
      const all = statements(Template.fromStack(stack)).filter(({ at }) => at.startsWith(`${role}DefaultPolicy`));
      const of = (action: string) => all.filter(({ statement: s }) => list(s.Action).includes(action));
      expect(of('ecr:GetAuthorizationToken').map(({ statement: s }) => s.Resource)).toEqual(['*']);
      const [pull, ...more] = of('ecr:BatchGetImage');
      expect(more).toEqual([]);
      expect(pull?.statement.Action).toEqual([
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:GetDownloadUrlForLayer',
      ]);
      return list(pull?.statement.Resource);
    });
  };
  const twice = <T>(value: T) => [value, value];

  test('of AWS’s are pulled from its account in the region, or from any where the region is not known', () => {
    const arn = 'arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost';
    expect(pulled(company(), 'sagemaker-xgboost:3.2-0')).toEqual(twice([arn]));
    const anybody = ['arn:aws:ecr:', { Ref: 'AWS::Region' }, ':*:repository/sagemaker-xgboost'];
    expect(pulled(settingsOf('dev'), 'sagemaker-xgboost:3.2-0')).toEqual(twice([{ 'Fn::Join': ['', anybody] }]));
  });

  test('of one’s own are pulled from their repositories, and from no other', () => {
    const [mine, before] = [
      'arn:aws:ecr:eu-west-1:111122223333:repository/team/mine',
      'arn:aws:ecr:eu-west-1:444455556666:repository/former',
    ];
    expect(pulled(company(), `${own}:7`)).toEqual(twice([mine]));
    expect(pulled(settingsOf('dev'), `${own}:7`, [`${own}:6`, former])).toEqual(twice([mine, before]));
  });
});

test('SageMaker’s instances may measure where SageMaker does, and nowhere else', () => {
  const namespaces = ['Training', 'Serving'].map((role) =>
    statements(dev.model)
      .filter(({ at, statement: s }) => at.startsWith(role) && list(s.Action).includes('cloudwatch:PutMetricData'))
      .map(({ statement: s }) => s.Condition),
  );
  const measuring = (...of: string[]) => [
    { StringEquals: { 'cloudwatch:namespace': of.map((kind) => `/aws/sagemaker/${kind}`) } },
  ];
  expect(namespaces).toEqual([measuring('TrainingJobs'), measuring('TransformJobs', 'Endpoints')]);
});

describe('what must not be lost', () => {
  test('buckets are private, encrypted with our key, versioned, TLS-only, announce their objects, and outlive the stack', () => {
    const buckets = resources(dev.repositories, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(3);
    for (const [id, { Properties: p, DeletionPolicy }] of buckets) {
      expect(DeletionPolicy, id).toBe('Retain');
      expect(p.VersioningConfiguration, id).toEqual({ Status: 'Enabled' });
      expect(Object.values(p.PublicAccessBlockConfiguration), id).toEqual([true, true, true, true]);
      const [rule] = p.BucketEncryption.ServerSideEncryptionConfiguration;
      expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm, id).toBe('aws:kms');
      expect(p.NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled, id).toBe(true);
    }
    const denials = statements(dev.repositories).filter(
      ({ statement: s }) => s.Effect === 'Deny' && JSON.stringify(s.Condition).includes('aws:SecureTransport'),
    );
    expect(denials).toHaveLength(3);
  });

  test('the registry has a name (an unnamed table can be replaced, empty), point-in-time recovery, and outlives the stack', () => {
    const [[, table] = []] = resources(dev.repositories, 'AWS::DynamoDB::Table');
    expect(table?.DeletionPolicy).toBe('Retain');
    expect(table?.Properties).toMatchObject({
      TableName: 'modelloop-dev-registry',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    expect(resources(dev.repositories, 'AWS::DynamoDB::GlobalTable')).toHaveLength(0);
  });
});

describe('functions', () => {
  test('each file in functions/ is a function by its name, and there is no other', () => {
    const deployed = resources(dev.pipelines, 'AWS::Lambda::Function').map(([, f]) => f.Properties.FunctionName);
    expect(deployed.sort()).toEqual(
      functionNames()
        .map((n) => `modelloop-dev-${n}`)
        .sort(),
    );
  });

  test('only those that read rows carry DuckDB', () => {
    const withLayer = resources(dev.pipelines, 'AWS::Lambda::Function')
      .filter(([, f]) => f.Properties.Layers)
      .map(([, f]) => f.Properties.FunctionName.replace('modelloop-dev-', ''));
    expect(withLayer.sort()).toEqual([
      'evaluate-run',
      'prepare-part',
      'prepare-run',
      'validate-upload',
      'write-report',
    ]);
  });
});

test('nothing of SageMaker is in a template but roles: a deployment of infrastructure never touches what serves', () => {
  for (const template of all)
    for (const { Type } of Object.values(template.toJSON().Resources) as { Type: string }[])
      expect(Type).not.toMatch(/^AWS::SageMaker/);
});

test('no stack exports anything', () => {
  for (const template of all) expect(JSON.stringify(template.toJSON().Outputs ?? {})).not.toContain('Export');
});

test('a stage that is not there is refused by name', () => {
  expect(() => settingsOf('prud')).toThrow(/"prud".*local, dev, prod/);
  expect(() => settingsOf(undefined)).toThrow(/-c stage=/);
});
