import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../infra/config.ts';
import { functionNames, resources, statements, synthesize } from './synth.ts';

const dev = synthesize('dev');
const all = Object.values(dev);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe('asynchronous edges', () => {
  const { pipelines } = dev;
  const queues = resources(pipelines, 'AWS::SQS::Queue');
  const dead = new Set(
    queues.flatMap(([, q]) => q.Properties.RedrivePolicy?.deadLetterTargetArn?.['Fn::GetAtt']?.[0] ?? []),
  );

  /** The others are fed by a topic (alarms), by nobody but the scheduler (what it could not deliver), or by people's pages. */
  const fedByRules = resources(pipelines, 'AWS::Lambda::EventSourceMapping').filter(
    ([, m]) => !String(m.Properties.EventSourceArn['Fn::GetAtt'][0]).startsWith('MonitoringPagingAlarms'),
  );

  test('every queue that is consumed has a dead-letter queue', () => {
    const consumed = resources(pipelines, 'AWS::Lambda::EventSourceMapping').map(
      ([, m]) => m.Properties.EventSourceArn['Fn::GetAtt'][0],
    );
    expect(consumed.length).toBeGreaterThan(0);
    for (const id of consumed) {
      const queue = queues.find(([q]) => q === id)?.[1];
      expect(queue?.Properties.RedrivePolicy, id).toMatchObject({ maxReceiveCount: 5 });
    }
  });

  test('every rule has one target, a queue, and says where undeliverable events go', () => {
    const rules = resources(pipelines, 'AWS::Events::Rule');
    expect(rules).toHaveLength(fedByRules.length);
    for (const [id, rule] of rules) {
      expect(rule.Properties.Targets, id).toHaveLength(1);
      const target = rule.Properties.Targets[0].DeadLetterConfig?.Arn['Fn::GetAtt'][0];
      expect(dead.has(target), `${id} has a dead-letter queue of ours`).toBe(true);
    }
  });

  test('a message stays invisible for six times its function’s timeout, and failures are reported one by one', () => {
    for (const [id, mapping] of resources(pipelines, 'AWS::Lambda::EventSourceMapping')) {
      const { FunctionName, EventSourceArn, FunctionResponseTypes } = mapping.Properties;
      const timeout = pipelines.findResources('AWS::Lambda::Function')[FunctionName.Ref]?.Properties.Timeout;
      const queue = queues.find(([q]) => q === EventSourceArn['Fn::GetAtt'][0])?.[1];
      expect(queue?.Properties.VisibilityTimeout, id).toBeGreaterThanOrEqual(6 * timeout);
      expect(FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures']);
    }
  });

  test('the failure of every state machine is listened to', () => {
    const machines = resources(pipelines, 'AWS::StepFunctions::StateMachine');
    const [, rule] =
      resources(pipelines, 'AWS::Events::Rule').find(
        ([, r]) => r.Properties.EventPattern['detail-type']?.[0] === 'Step Functions Execution Status Change',
      ) ?? [];
    const { status, stateMachineArn } = rule?.Properties.EventPattern.detail ?? {};
    expect(status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    const listened = JSON.stringify(stateMachineArn);
    expect(machines.length).toBeGreaterThan(0);
    for (const [, m] of machines) expect(listened).toContain(`stateMachine:${m.Properties.StateMachineName}`);
  });
});

describe('permissions', () => {
  test('no statement allows an action by wildcard', () => {
    for (const template of all)
      for (const { at, statement } of statements(template))
        if (statement.Effect === 'Allow')
          for (const action of list(statement.Action)) expect(String(action), at).not.toMatch(/^\*$|:\*$/);
  });

  test('only log delivery, tracing and measurements of our own, which cannot name a resource, are allowed on all of them', () => {
    const unnamable = /^(logs:(\w+LogDelivery|ListLogDeliveries|\w+ResourcePolic(y|ies)|DescribeLogGroups)|xray:\w+)$/;
    for (const template of all)
      for (const { at, statement } of statements(template))
        if (statement.Effect === 'Allow' && list(statement.Resource).includes('*'))
          for (const action of list(statement.Action))
            if (action === 'cloudwatch:PutMetricData')
              expect(statement.Condition, at).toEqual({ StringEquals: { 'cloudwatch:namespace': 'ModelLoop' } });
            else expect(String(action), at).toMatch(unnamable);
  });

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

  test('passing a role is limited to our models’ roles and to SageMaker', () => {
    const passing = statements(dev.pipelines).filter(({ statement }) =>
      list(statement.Action).includes('iam:PassRole'),
    );
    expect(passing.length).toBeGreaterThan(0);
    for (const { at, statement } of passing) {
      expect(statement.Condition, at).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
      for (const resource of list(statement.Resource))
        expect(JSON.stringify(resource), at).toMatch(/modelloop-dev-\*-(training|serving)/);
    }
  });
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
    expect(withLayer.sort()).toEqual(['evaluate-run', 'prepare-part', 'validate-upload']);
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
