import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { type Alarm, readAlarm } from '../../../../infra/local/monitoring/alarm.ts';
import { Endpoints } from '../../../../infra/local/monitoring/feed/endpoints.ts';
import { Executions } from '../../../../infra/local/monitoring/feed/executions.ts';
import { Feed } from '../../../../infra/local/monitoring/feed/feed.ts';
import { Queues } from '../../../../infra/local/monitoring/feed/queues.ts';
import { InvocationLog } from '../../../../infra/local/sagemaker/runtime/invocation-log.ts';

const SECOND = 1000;
const start = Date.parse('2026-11-23T10:00:00Z');

function alarmOn(Namespace: string, MetricName: string, dimensions: Record<string, string>): Alarm {
  const alarm = readAlarm({
    AlarmName: `on ${MetricName}`,
    Namespace,
    MetricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  if (!('metric' in alarm)) throw new Error(alarm.reason);
  return alarm;
}

/** A feed whose metrics are caught: `put` gives those of the last run, as `name value/value`. */
function caught(...sources: ConstructorParameters<typeof Feed>[1]) {
  const client = new CloudWatchClient({ region: 'x' });
  const mock = mockClient(client);
  mock.on(PutMetricDataCommand).resolves({});
  const feed = new Feed(client, sources);
  return async (alarms: readonly Alarm[], now = start) => {
    mock.resetHistory();
    const result = await feed.run(alarms, now);
    const data = mock.commandCalls(PutMetricDataCommand).flatMap((call) => call.args[0].input.MetricData ?? []);
    return { ...result, data, put: data.map(text) };
  };
}
const text = ({ MetricName, Values }: MetricDatum) => `${MetricName} ${Values?.join('/')}`;

describe('queues', () => {
  const depth = alarmOn('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'q' });

  function queue() {
    const sqs = new SQSClient({ region: 'x' });
    const mock = mockClient(sqs);
    mock.on(GetQueueUrlCommand).resolves({ QueueUrl: 'https://q' });
    const holds = (messages: number) =>
      mock.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: String(messages) } });
    return { source: new Queues(sqs), holds };
  }

  test('what changes is put at once when it falls or begins, soon when it rises; what does not, twice a minute', async () => {
    const { source, holds } = queue();
    const run = caught(source);
    const put: string[][] = [];
    for (const [seconds, messages] of [
      [0, 0],
      [2, 0],
      [4, 3],
      [6, 4],
      [9, 5],
      [11, 2],
      [40, 2],
      [41, 2],
    ] as const) {
      holds(messages);
      put.push((await run([depth], start + seconds * SECOND)).put);
    }
    const value = (n: number) => [`ApproximateNumberOfMessagesVisible ${n}`];
    expect(put).toEqual([value(0), [], value(3), [], value(5), value(2), [], value(2)]);
  });

  test('only what an alarm watches is asked for', async () => {
    const { source, holds } = queue();
    holds(1);
    const { put, lacking } = await caught(source)([alarmOn('ModelLoop', 'Drift', {})]);
    expect({ put, lacking }).toEqual({ put: [], lacking: [] });
  });
});

describe('executions', () => {
  const failed = alarmOn('AWS/States', 'ExecutionsFailed', { StateMachineArn: 'arn' });

  test('each counts once, when it ended; those from before are counted already', async () => {
    const sfn = new SFNClient({ region: 'x' });
    const mock = mockClient(sfn);
    const ended = (...seconds: number[]) =>
      mock.on(ListExecutionsCommand).resolves({
        executions: seconds.map((s) => ({
          executionArn: `arn:${s}`,
          stateMachineArn: 'arn',
          name: `${s}`,
          status: 'FAILED' as const,
          startDate: new Date(start),
          stopDate: new Date(start + s * SECOND),
        })),
      });
    const run = caught(new Executions(sfn, start));
    ended(-1);
    expect((await run([failed])).put).toEqual([]);
    ended(2, 1, -1);
    const { data } = await run([failed]);
    expect(data.map(({ Timestamp, Values }) => [Timestamp?.getTime(), Values])).toEqual([
      [start + 2 * SECOND, [1]],
      [start + 1 * SECOND, [1]],
    ]);
    ended(3, 2, 1, -1);
    expect((await run([failed])).put).toEqual(['ExecutionsFailed 1']);
  });
});

describe('endpoints', () => {
  const of = { EndpointName: 'e', VariantName: 'live' };
  const metrics = ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors', 'ModelLatency'];
  const alarms = metrics.map((metric) => alarmOn('AWS/SageMaker', metric, of));
  const call = (status: number, modelLatency: number, endpoint = 'e', config = 'c1') => ({
    ...{ endpoint, variant: 'live', config, time: start, status, modelLatency },
  });

  test('every call of the endpoint is a sample of each metric', async () => {
    const log = new InvocationLog();
    const run = caught(new Endpoints(async (after) => log.after(after)));
    log.add(call(200, 1500));
    log.add(call(200, 9999, 'another'));
    log.add(call(400, 700));
    expect((await run(alarms)).put.sort()).toEqual([
      'Invocation4XXErrors 0/1',
      'Invocation5XXErrors 0/0',
      'Invocations 1/1',
      'ModelLatency 1500/700',
    ]);
    log.add(call(503, 10));
    log.add(call(0, 60_000_000));
    expect((await run(alarms)).put.sort()).toEqual([
      'Invocation4XXErrors 0/0',
      'Invocation5XXErrors 1/1',
      'Invocations 1/1',
      'ModelLatency 10/60000000',
    ]);
    expect((await run(alarms)).put).toEqual([]);
  });

  test('of one endpoint configuration, while two of them answer; and of both', async () => {
    const ofNew = { ...of, EndpointConfigName: 'c2' };
    const log = new InvocationLog();
    log.add(call(200, 1));
    log.add(call(500, 2, 'e', 'c2'));
    const watching = [of, ofNew].map((dimensions) => alarmOn('AWS/SageMaker', 'Invocation5XXErrors', dimensions));
    const { data, lacking } = await caught(new Endpoints(async (after) => log.after(after)))(watching);
    expect(lacking).toEqual([]);
    const errors = data.filter(({ MetricName }) => MetricName === 'Invocation5XXErrors');
    expect(errors.map(({ Values, Dimensions }) => [Dimensions?.length, Values])).toEqual([
      [2, [0, 1]],
      [3, [1]],
    ]);
  });

  test('calls are counted for whoever asks, once any alarm is on the endpoint as a whole', async () => {
    const log = new InvocationLog();
    const run = caught(new Endpoints(async (after) => log.after(after)));
    log.add(call(200, 1500));
    const ofFleet = alarmOn('AWS/SageMaker', 'ModelLatency', { ...of, EndpointConfigName: 'c1' });
    expect((await run([ofFleet])).put).toEqual(['ModelLatency 1500']);
    log.add(call(500, 700));
    expect((await run(alarms.slice(3))).put.sort()).toEqual([
      'Invocation4XXErrors 0',
      'Invocation5XXErrors 1',
      'Invocations 1',
      'ModelLatency 700',
    ]);
  });

  test('a local SageMaker that was started anew is read from its beginning', async () => {
    let log = new InvocationLog();
    const run = caught(new Endpoints(async (after) => log.after(after)));
    for (const latency of [1, 2]) log.add(call(200, latency));
    await run(alarms);
    log = new InvocationLog();
    log.add(call(200, 3));
    expect((await run(alarms)).put).toContain('ModelLatency 3');
  });

  test('many calls within a second are few data', async () => {
    const log = new InvocationLog();
    for (let i = 0; i < 1000; i++) log.add(call(200, i));
    const { data } = await caught(new Endpoints(async (after) => log.after(after)))(alarms.slice(0, 1));
    const invocations = data.filter(({ MetricName }) => MetricName === 'Invocations');
    expect(invocations.map(({ Values }) => Values?.length)).toEqual([150, 150, 150, 150, 150, 150, 100]);
  });
});

describe('what cannot be put is named, with the alarm that waits for it', () => {
  const run = caught(new Queues(new SQSClient({ region: 'x' })));
  test.each<[Alarm, string | undefined]>([
    [alarmOn('AWS/Events', 'FailedInvocations', { RuleName: 'r' }), 'nothing here feeds metrics of that service'],
    [alarmOn('AWS/SQS', 'SentMessageSize', { QueueName: 'q' }), 'of queues there are'],
    [alarmOn('AWS/SQS', 'ApproximateAgeOfOldestMessage', {}), 'by the dimensions QueueName only, not by none'],
    [alarmOn('AWS/Lambda', 'ConcurrentExecutions', { FunctionName: 'f' }), 'of functions there are'],
    [alarmOn('AWS/Lambda', 'Errors', { FunctionName: 'f' }), undefined],
    [alarmOn('ModelLoop', 'Drift', { Stage: 'x' }), undefined],
  ])('%o', async (alarm, reason) => {
    const { lacking } = await run([alarm]);
    expect(lacking).toEqual(reason === undefined ? [] : [expect.stringContaining(reason)]);
    if (reason) expect(lacking[0]).toContain(`watched by ${alarm.name}`);
  });
});

test('one source that fails does not keep the others', async () => {
  const sqs = new SQSClient({ region: 'x' });
  mockClient(sqs).on(GetQueueUrlCommand).rejects(new Error('away'));
  const log = new InvocationLog();
  log.add({ endpoint: 'e', variant: 'live', config: 'c', time: start, status: 200, modelLatency: 1 });
  const run = caught(new Queues(sqs), new Endpoints(async (after) => log.after(after)));
  const { put, failures } = await run([
    alarmOn('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'q' }),
    alarmOn('AWS/SageMaker', 'Invocations', { EndpointName: 'e', VariantName: 'live' }),
  ]);
  expect(put).toContain('Invocations 1');
  expect(failures).toEqual([new Error('away')]);
});
