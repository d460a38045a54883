import { describe, expect, test } from 'vitest';
import { MODEL_METRICS } from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { MODEL_ALARMS, PLATFORM_ALARMS, partsOfAlarmName } from '../../shared/domain/names.ts';
import { type Resource, resources, synthesize } from './synth.ts';

const dev = synthesize('dev');
const local = synthesize('local');
const alarmsOf = (stage: typeof dev) =>
  [stage.pipelines, stage.model].flatMap((t) => resources(t, 'AWS::CloudWatch::Alarm').map(([, r]) => r.Properties));
const alarms = alarmsOf(dev);
const kindOf = (name: string) => partsOfAlarmName({ stage: 'dev' }, name)?.kind;
const text = (value: unknown): string => JSON.stringify(value) ?? '';

describe('alarms', () => {
  test('of every kind are there', () => {
    const kinds = new Set(alarms.map((a) => kindOf(a.AlarmName)));
    expect([...kinds].sort()).toEqual([...MODEL_ALARMS, ...PLATFORM_ALARMS].sort());
  });
});

test('what happened once is not said to be over', () => {
  for (const { AlarmName, OKActions } of alarms)
    expect(OKActions === undefined, AlarmName).toBe(/\.failed-/.test(AlarmName));
});

test('the silence of what beats is an alarm, of nothing else', () => {
  const breaching = alarms.filter((a) => a.TreatMissingData === 'breaching').map((a) => a.AlarmName);
  expect(breaching.sort()).toEqual(['modelloop-dev.heartbeat', 'modelloop-dev.sweep']);
});

test('a new installation beats before its beats are listened for', () => {
  const listening = resources(dev.pipelines, 'AWS::CloudWatch::Alarm').filter(
    ([, a]) => a.Properties.TreatMissingData === 'breaching',
  );
  const [[beat, { Properties }] = ['none', { Properties: {} }]] = resources(dev.pipelines, 'Custom::FirstBeat');
  for (const [, alarm] of listening) {
    expect((alarm as Resource & { DependsOn: string[] }).DependsOn).toContain(beat);
    expect(Properties.Metrics).toContain(alarm.Properties.MetricName);
  }
});

test('those that may have lost their pager call people without it, no other does, and none tells them what never began', () => {
  const direct = (actions: unknown) => text(actions).includes(':modelloop-dev-page"');
  const called = alarms.filter((a) => direct(a.AlarmActions)).map((a) => a.AlarmName.replace('modelloop-dev.', ''));
  expect(called.sort()).toEqual(['dead-letters.alarms-dead', 'heartbeat', 'queue-age.alarms', 'sweep']);
  expect(alarms.filter((a) => direct(a.OKActions))).toEqual([]);
});

test('at most six metrics of our own are measured of a model', () => {
  expect(MODEL_METRICS.length).toBeLessThanOrEqual(6);
  const own = alarms.filter((a) => a.Namespace === 'ModelLoop' && text(a.Dimensions).includes('Model'));
  expect(own.map((a) => a.MetricName).sort()).toEqual([...MODEL_METRICS].sort());
});

describe('every queue', () => {
  const byQueue = (metric: string) => alarms.filter((a) => a.MetricName === metric).map((a) => a.Dimensions[0].Value);
  const queues = resources(dev.pipelines, 'AWS::SQS::Queue').map(([, q]) => q.Properties);

  test('that is worked on tells its age, and has dead letters that tell their depth', () => {
    const worked = queues.filter((q) => q.RedrivePolicy).map((q) => q.QueueName);
    expect(worked.length).toBeGreaterThan(4);
    expect(byQueue('ApproximateAgeOfOldestMessage').sort()).toEqual(worked.sort());
  });

  test('for what could not be delivered tells its depth', () => {
    const dead = queues.filter((q) => !q.RedrivePolicy).map((q) => q.QueueName);
    expect(byQueue('ApproximateNumberOfMessagesVisible').sort()).toEqual(dead.sort());
  });
});

describe('topics', () => {
  const topics = [dev.pipelines, dev.model].flatMap((t) =>
    resources(t, 'AWS::SNS::Topic').map(([, r]) => r.Properties),
  );
  const policies = [dev.pipelines, dev.model].flatMap((t) =>
    resources(t, 'AWS::SNS::TopicPolicy').flatMap(([, r]) => r.Properties.PolicyDocument.Statement),
  );

  test('are encrypted with the key that alarms may use', () => {
    expect(topics.map((t) => t.TopicName).sort()).toEqual(
      ['alarms', 'notify', 'page', 'some-model-page'].map((t) => `modelloop-dev-${t}`),
    );
    for (const { KmsMasterKeyId } of topics) expect(KmsMasterKeyId).toBe('alias/modelloop-dev-pages');
    const [[, key] = []] = resources(dev.pipelines, 'AWS::KMS::Key');
    const grant = key?.Properties.KeyPolicy.Statement.find((s: { Principal: unknown }) =>
      text(s.Principal).includes('cloudwatch.amazonaws.com'),
    );
    expect(grant.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*']);
    expect(grant.Condition.StringEquals['aws:SourceAccount']).toBeDefined();
    const [[, alias] = []] = resources(dev.pipelines, 'AWS::KMS::Alias');
    expect(alias?.Properties.AliasName).toBe('alias/modelloop-dev-pages');
  });

  test('take messages over TLS only, and of services only CloudWatch’s alarms of this account', () => {
    const denials = policies.filter((s) => s.Effect === 'Deny' && text(s.Condition).includes('aws:SecureTransport'));
    expect(denials).toHaveLength(topics.length);
    for (const s of policies.filter((p) => p.Effect === 'Allow')) {
      expect(s.Principal).toEqual({ Service: 'cloudwatch.amazonaws.com' });
      expect(s.Condition.StringEquals['aws:SourceAccount']).toBeDefined();
    }
  });

  test('of pages reach the people that are named, and on the laptop a queue', () => {
    const subscribed = (t: typeof dev) => resources(t.model, 'AWS::SNS::Subscription').map(([, s]) => s.Properties);
    expect(subscribed(dev)).toMatchObject([{ Protocol: 'email', Endpoint: 'on-call@example.com' }]);
    expect(
      subscribed(local)
        .map((s) => s.Protocol)
        .sort(),
    ).toEqual(['email', 'sqs']);
  });
});

describe('schedules', () => {
  const of = (t: typeof dev) =>
    [t.pipelines, t.model].flatMap((s) => resources(s, 'AWS::Scheduler::Schedule').map(([, r]) => r.Properties));

  test('call each monitor, say where undeliverable calls go, and give up by the next turn', () => {
    expect(
      of(dev)
        .map((s) => s.Name)
        .sort(),
    ).toEqual([
      'modelloop-dev-check-monitors',
      'modelloop-dev-some-model-check-drift',
      'modelloop-dev-some-model-check-freshness',
      'modelloop-dev-sweep',
    ]);
    for (const { Name, Target, FlexibleTimeWindow } of of(dev)) {
      expect(text(Target.DeadLetterConfig.Arn), Name).toContain(':modelloop-dev-schedules-dead');
      expect(Target.RetryPolicy.MaximumEventAgeInSeconds, Name).toBeLessThanOrEqual(86_400);
      expect(FlexibleTimeWindow, Name).toEqual({ Mode: 'OFF' });
    }
  });

  test('are the definition’s where it names one, otherwise the stage’s', () => {
    const expressions = Object.fromEntries(of(dev).map((s) => [s.Name, s.ScheduleExpression]));
    expect(expressions['modelloop-dev-some-model-check-drift']).toBe('rate(6 hours)');
    expect(expressions['modelloop-dev-some-model-check-freshness']).toBe('rate(1 hour)');
    expect(of(local).find((s) => s.Name === 'modelloop-local-check-monitors')?.ScheduleExpression).toBe(
      'rate(1 minute)',
    );
  });
});
