import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudReset, cloudUp } from '../../infra/local/cloud.ts';
import { type CloudState, clientSettings } from '../../infra/local/cloud-state.ts';
import { cloudStatus } from '../../infra/local/status.ts';

/** Alarms of a local cloud with nothing deployed: they are decided by AWS's rules, and their actions are delivered. */

const directory = mkdtempSync(join(tmpdir(), 'modelloop-alarms-'));
let state: CloudState;
let cloudwatch: CloudWatchClient;
let sqs: SQSClient;
beforeAll(async () => {
  state = await cloudUp({ directory, deploy: false });
  cloudwatch = new CloudWatchClient(clientSettings(state));
  sqs = new SQSClient(clientSettings(state));
});
afterAll(async () => {
  await cloudReset(directory);
  rmSync(directory, { recursive: true });
});

/** Polls until the condition gives something, for at most that long. */
async function until<T>(what: string, seconds: number, condition: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s until ${what}: ${await statesText()}`);
    await pause(250);
  }
}

async function describeAlarm(name: string): Promise<MetricAlarm> {
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  const alarm = MetricAlarms?.[0];
  if (!alarm) throw new Error(`there is no alarm ${name}`);
  return alarm;
}

const statesText = async () =>
  ((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [])
    .map((alarm) => `${alarm.AlarmName} is ${alarm.StateValue}`)
    .join(', ');

const becomes = (name: string, wanted: string, seconds = 30) =>
  until(`alarm ${name} is ${wanted}`, seconds, async () => {
    const alarm = await describeAlarm(name);
    return alarm.StateValue === wanted && alarm;
  });

type Changes = Partial<PutMetricAlarmCommandInput> & { AlarmName: string };
const dimensions = (given: Record<string, string>) => Object.entries(given).map(([Name, Value]) => ({ Name, Value }));
const ofModel = (model: string) => dimensions({ Stage: 'test', Model: model });

/** Unless it says otherwise: 1 of 1, the maximum of a minute, at least 1. */
const putAlarm = (changes: Changes) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      Namespace: 'Test',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      ...(changes.MetricName || changes.Metrics ? {} : { MetricName: changes.AlarmName }),
      ...changes,
    }),
  );

const put = (metric: string, model: string, value: number, secondsAgo = 0) =>
  cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Test',
      MetricData: [
        {
          MetricName: metric,
          Value: value,
          Dimensions: ofModel(model),
          Timestamp: new Date(Date.now() - secondsAgo * 1000),
          StorageResolution: 1,
        },
      ],
    }),
  );

describe.concurrent('an alarm', () => {
  test('watches the metric of its own dimensions only', async () => {
    await putAlarm({ AlarmName: 'drift-a', MetricName: 'Drift', Dimensions: ofModel('a') });
    await putAlarm({ AlarmName: 'drift-any', MetricName: 'Drift' });
    await putAlarm({ AlarmName: 'drift-of-b', MetricName: 'Drift', Dimensions: ofModel('b') });
    await put('Drift', 'b', 1);
    const fired = await becomes('drift-of-b', 'ALARM', 10);
    // All alarms were looked at before that one, in the order of their names.
    expect((await describeAlarm('drift-a')).StateValue).toBe('INSUFFICIENT_DATA');
    expect((await describeAlarm('drift-any')).StateValue).toBe('INSUFFICIENT_DATA');
    expect(fired.StateReason).toMatch(
      /^Threshold Crossed: 1 out of the last 1 datapoint \[1\.0 \(.+\)] was greater than or equal to the threshold \(1\.0\)/,
    );
    await put('Drift', 'a', 1);
    await becomes('drift-a', 'ALARM', 10);
  });

  test('fires when M of N datapoints breach', async () => {
    const common = { MetricName: 'Some', Dimensions: ofModel('a'), Period: 10, EvaluationPeriods: 3 };
    await putAlarm({ ...common, AlarmName: 'two-of-three', DatapointsToAlarm: 2 });
    await putAlarm({ ...common, AlarmName: 'three-of-three' });
    await put('Some', 'a', 1, 20);
    await put('Some', 'a', 0, 10);
    await put('Some', 'a', 1);
    await becomes('two-of-three', 'ALARM');
    await becomes('three-of-three', 'OK');
  });

  test('puts a percentile together of all samples of its window', async () => {
    const common = { MetricName: 'Latency', Dimensions: ofModel('a'), Statistic: undefined, Threshold: 90 };
    await putAlarm({ ...common, AlarmName: 'slow-p50', ExtendedStatistic: 'p50' });
    await putAlarm({ ...common, AlarmName: 'slow-p99', ExtendedStatistic: 'p99' });
    for (const value of [1, 2, 3, 100]) await put('Latency', 'a', value);
    await becomes('slow-p99', 'ALARM');
    await becomes('slow-p50', 'OK');
  });

  test('treats missing data as it was told to', async () => {
    const policies = ['breaching', 'ignore', 'missing', 'notBreaching'] as const;
    for (const policy of policies)
      await putAlarm({
        AlarmName: `silent-${policy}`,
        MetricName: 'Silent',
        Dimensions: ofModel('a'),
        Period: 10,
        TreatMissingData: policy,
      });
    await put('Silent', 'a', 1);
    for (const policy of policies) await becomes(`silent-${policy}`, 'ALARM', 10);
    // The datapoint leaves the evaluation range after three periods.
    await becomes('silent-missing', 'INSUFFICIENT_DATA', 60);
    await becomes('silent-notBreaching', 'OK');
    expect((await describeAlarm('silent-breaching')).StateValue).toBe('ALARM');
    expect((await describeAlarm('silent-ignore')).StateValue).toBe('ALARM');
  });

  test('that treats missing data as breaching fires when nothing ever comes', async () => {
    await putAlarm({ AlarmName: 'heartbeat', Period: 10, TreatMissingData: 'breaching' });
    const fired = await becomes('heartbeat', 'ALARM', 60);
    expect(fired.StateReason).toBe(
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    );
  });
});

describe.concurrent('actions', () => {
  test('are delivered when it fires, and when it is over', async () => {
    const sns = new SNSClient(clientSettings(state));
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'pages' }));
    const { url, arn } = await queue('pages', {
      Policy: JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
        ],
      }),
    });
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
    const actions = { AlarmActions: [TopicArn], OKActions: [TopicArn] };
    await putAlarm({ AlarmName: 'paging', Dimensions: ofModel('a'), Period: 10, ...actions });
    await put('paging', 'a', 1);
    const fired = await received(url);
    expect(fired).toMatchObject({
      AlarmName: 'paging',
      OldStateValue: 'INSUFFICIENT_DATA',
      NewStateValue: 'ALARM',
      NewStateReason: expect.stringContaining('Threshold Crossed'),
      Trigger: { MetricName: 'paging', Namespace: 'Test' },
    });
    await until('alarm paging is OK again', 60, async () => {
      await put('paging', 'a', 0);
      return (await describeAlarm('paging')).StateValue === 'OK';
    });
    expect(await received(url)).toMatchObject({ OldStateValue: 'ALARM', NewStateValue: 'OK' });
  });
});

describe.concurrent('metrics of AWS’s own services', () => {
  test('queues: a waiting message and its age are noticed, and that they are gone', async () => {
    const { url } = await queue('failed-uploads');
    const common = {
      Namespace: 'AWS/SQS',
      Dimensions: dimensions({ QueueName: 'failed-uploads' }),
      Period: 10,
      TreatMissingData: 'notBreaching',
    };
    await putAlarm({ ...common, AlarmName: 'depth', MetricName: 'ApproximateNumberOfMessagesVisible' });
    await putAlarm({ ...common, AlarmName: 'age', MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 3 });
    await becomes('depth', 'OK');
    await becomes('age', 'OK');
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'one' }));
    await becomes('depth', 'ALARM', 10);
    await becomes('age', 'ALARM', 20);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    await becomes('depth', 'OK', 60);
    await becomes('age', 'OK', 60);
  });

  test('state machines: each failed execution counts', async () => {
    const sfn = new SFNClient(clientSettings(state));
    const definition = JSON.stringify({ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No' } } });
    const { Role } = await new IAMClient(clientSettings(state)).send(
      new CreateRoleCommand({ RoleName: 'failing', AssumeRolePolicyDocument: TRUSTS_STATES }),
    );
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({ name: 'failing', definition, roleArn: Role?.Arn }),
    );
    await putAlarm({
      AlarmName: 'two-failed',
      Namespace: 'AWS/States',
      MetricName: 'ExecutionsFailed',
      Dimensions: dimensions({ StateMachineArn: stateMachineArn }),
      Statistic: 'Sum',
      Period: 300,
      Threshold: 2,
    });
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await becomes('two-failed', 'OK');
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await becomes('two-failed', 'ALARM', 10);
  });

  test('what cannot be measured or evaluated here is named', async () => {
    await putAlarm({ AlarmName: 'unfed', Namespace: 'AWS/Events', MetricName: 'FailedInvocations' });
    await putAlarm({
      AlarmName: 'no-such-queue',
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: dimensions({ QueueName: 'typo' }),
    });
    await putAlarm({ AlarmName: 'trimmed', Statistic: undefined, ExtendedStatistic: 'tm99' });
    const named = await until('local status names it', 20, async () => {
      const { monitoring } = cloudStatus(directory);
      return monitoring?.metricsNotFed.length && monitoring.alarmsNotEvaluated.length ? monitoring : undefined;
    });
    expect(named).toEqual({
      alarmsNotEvaluated: ['trimmed: the statistic tm99 is not supported'],
      metricsNotFed: [
        'AWS/Events FailedInvocations {}, watched by unfed: nothing here feeds metrics of that service',
        'there is no queue typo',
      ],
    });
  });
});

const TRUSTS_STATES = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

async function queue(name: string, attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const names = { QueueUrl, AttributeNames: ['QueueArn' as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(names));
  return { url: QueueUrl, arn: Attributes?.QueueArn ?? '' };
}

/** The next alarm message that SNS delivers to the queue. */
const received = (url: string) =>
  until('SNS delivers the alarm', 20, async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1 }));
    const body = Messages?.[0]?.Body;
    return body === undefined ? undefined : JSON.parse((JSON.parse(body) as { Message: string }).Message);
  });
