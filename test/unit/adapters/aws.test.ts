import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, ModelError, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { sageMakerEndpoints } from '../../../shared/adapters/aws/endpoints.ts';
import { eventBridgeBus } from '../../../shared/adapters/aws/event-bus.ts';
import { stepFunctionsExecutions } from '../../../shared/adapters/aws/executions.ts';
import { sageMakerHosting } from '../../../shared/adapters/aws/hosting.ts';
import { cloudWatchMetrics } from '../../../shared/adapters/aws/metrics.ts';
import { snsNotifications } from '../../../shared/adapters/aws/notifications.ts';
import { dynamoRegistryStore } from '../../../shared/adapters/aws/registry-store.ts';
import { EndpointError } from '../../../shared/ports/endpoints.ts';
import { ExecutionNotFoundError } from '../../../shared/ports/executions.ts';
import { ConflictError } from '../../../shared/ports/registry-store.ts';
import { place } from '../../fixtures/pipeline-world.ts';

/** How AWS's refusals become ours: what the local cloud cannot be made to say. */

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const said = { message: 'no', $metadata: {} };

describe('a commit', () => {
  const changes = ['a', 'b'].map((sort) => ({ put: { model: 'm', sort }, value: {}, expect: 'absent' }) as const);
  const committing = (error: Error) => {
    const client = mockClient(DynamoDBDocumentClient);
    client.on(TransactWriteCommand).rejects(error);
    return dynamoRegistryStore(new DynamoDBClient(config), 't').commit(changes);
  };
  const canceled = (...codes: string[]) =>
    new TransactionCanceledException({ ...said, CancellationReasons: codes.map((Code) => ({ Code })) });

  it.each(['ConditionalCheckFailed', 'TransactionConflict'])(
    'that meets %s lost a race, and says on what',
    async (code) => {
      await expect(committing(canceled('None', code))).rejects.toMatchObject({
        name: 'ConflictError',
        keys: [{ model: 'm', sort: 'b' }],
      });
    },
  );

  it('whose earlier attempt is still under way has to look at what came of it', async () => {
    const error = new TransactionInProgressException({ ...said, Message: 'no' });
    await expect(committing(error)).rejects.toThrow(ConflictError);
  });

  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded', 'ValidationError'])(
    'canceled for %s did not',
    async (code) => {
      await expect(committing(canceled(code, 'None'))).rejects.toThrow(TransactionCanceledException);
    },
  );
});

describe('an event', () => {
  const event = { type: 'RunEnded', model: 'm', run: 1 } as const;
  it('goes to our bus under its type', async () => {
    const client = mockClient(EventBridgeClient);
    client.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await eventBridgeBus(new EventBridgeClient(config), 'bus').publish(event);
    expect(client.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: 'bus',
        Source: 'modelloop',
        DetailType: 'RunEnded',
        Detail: JSON.stringify({ ...event, payloadVersion: 1 }),
      },
    ]);
  });

  it('that the bus answered 200 for and did not take is a fault', async () => {
    const client = mockClient(EventBridgeClient);
    client.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    await expect(eventBridgeBus(new EventBridgeClient(config), 'bus').publish(event)).rejects.toThrow(
      /InternalFailure/,
    );
  });
});

describe('an execution', () => {
  const executions = stepFunctionsExecutions(new SFNClient(config), place);
  it('that was started under its name before counts as started; another refusal does not', async () => {
    const client = mockClient(SFNClient);
    client.on(StartExecutionCommand).rejectsOnce(new ExecutionAlreadyExists(said)).rejectsOnce(new Error('throttled'));
    await executions.start('data', 'm-1', { model: 'm' });
    await expect(executions.start('data', 'm-1', { model: 'm' })).rejects.toThrow('throttled');
    expect(client.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:modelloop-test-data',
      name: 'm-1',
      input: '{"model":"m"}',
    });
  });

  it('is told from one that never was', async () => {
    const client = mockClient(SFNClient);
    client.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(said));
    await expect(executions.describe('arn')).rejects.toThrow(ExecutionNotFoundError);
  });
});

describe('an endpoint', () => {
  it('that fails is quoted in the model’s own words', async () => {
    const client = mockClient(SageMakerRuntimeClient);
    const error = new ModelError({ ...said, OriginalStatusCode: 500, OriginalMessage: 'no column age' });
    client.on(InvokeEndpointCommand).rejects(error);
    const calling = sageMakerEndpoints(new SageMakerRuntimeClient(config)).invoke('e', {});
    await expect(calling).rejects.toThrow(EndpointError);
    await expect(calling).rejects.toThrow(/500: no column age/);
    // Its cause would repeat them: "Received server error (500) … no column age".
    expect((await calling.catch((e: Error) => e)) as Error).not.toHaveProperty('cause');
  });
});

describe('what serves', () => {
  const described = () => sageMakerHosting(new SageMakerClient(config)).describeEndpoint('e');

  it('is told in SageMaker’s words, with the configuration, and why it failed', async () => {
    mockClient(SageMakerClient)
      .on(DescribeEndpointCommand)
      .resolves({
        ...{ EndpointStatus: 'Failed', EndpointConfigName: 'c', FailureReason: 'no such role', EndpointName: 'e' },
      });
    expect(await described()).toEqual({ status: 'Failed', config: 'c', reason: 'no such role' });
  });

  it('is nothing where SageMaker finds none; a refusal is not that', async () => {
    const client = mockClient(SageMakerClient).on(DescribeEndpointCommand);
    const named = (name: string) => Object.assign(new Error('no'), { name });
    client.rejectsOnce(named('ValidationException')).rejectsOnce(named('AccessDeniedException'));
    expect(await described()).toBeUndefined();
    await expect(described()).rejects.toThrow('no');
  });
});

describe('measurements', () => {
  it('of one check travel in one call, each under its own dimensions', async () => {
    const client = mockClient(CloudWatchClient);
    client.on(PutMetricDataCommand).resolves({});
    await cloudWatchMetrics(new CloudWatchClient(config), 'dev').put([
      { name: 'Drift', model: 'm', value: 1 },
      { name: 'Heartbeat', value: 1 },
    ]);
    expect(client.commandCalls(PutMetricDataCommand).map((c) => c.args[0].input)).toMatchObject([
      {
        Namespace: 'ModelLoop',
        MetricData: [
          {
            MetricName: 'Drift',
            Value: 1,
            Dimensions: [
              { Name: 'Stage', Value: 'dev' },
              { Name: 'Model', Value: 'm' },
            ],
          },
          { MetricName: 'Heartbeat', Value: 1, Dimensions: [{ Name: 'Stage', Value: 'dev' }] },
        ],
      },
    ]);
  });

  it('of answered calls are what SageMaker counts, less what failed, of whole hours and all pages', async () => {
    const client = mockClient(CloudWatchClient);
    client
      .on(GetMetricDataCommand)
      .resolvesOnce({ MetricDataResults: [{ Id: 'invocations', Values: [10, 20] }], NextToken: 'more' })
      .resolvesOnce({
        MetricDataResults: [
          { Id: 'invocations', Values: [5] },
          { Id: 'invocation4XXErrors', Values: [2] },
          { Id: 'invocation5XXErrors', Values: [1] },
        ],
      });
    const hours = { from: '2026-03-01T11:00:00.000Z', until: '2026-03-01T13:00:00.000Z' };
    expect(await cloudWatchMetrics(new CloudWatchClient(config), 'dev').answeredCalls('e', hours)).toBe(32);
    const [asked] = client.commandCalls(GetMetricDataCommand).map((c) => c.args[0].input);
    expect(asked).toMatchObject({ StartTime: new Date(hours.from), EndTime: new Date(hours.until) });
    for (const { MetricStat } of asked?.MetricDataQueries ?? []) {
      expect(MetricStat).toMatchObject({ Period: 3600, Stat: 'Sum', Metric: { Namespace: 'AWS/SageMaker' } });
      expect(MetricStat?.Metric?.Dimensions).toEqual([
        { Name: 'EndpointName', Value: 'e' },
        { Name: 'VariantName', Value: 'live' },
      ]);
    }
  });

  it('that there are none of make no call, which CloudWatch would refuse', async () => {
    const client = mockClient(CloudWatchClient);
    await cloudWatchMetrics(new CloudWatchClient(config), 'dev').put([]);
    expect(client.calls()).toHaveLength(0);
  });
});

it('a notification goes to its topic with what subscriptions filter by, and as JSON to addresses and channels', async () => {
  const content = { textType: 'client-markdown', title: 's', description: 't' };
  const forPrograms = { version: '1.0', source: 'custom', content };
  const client = mockClient(SNSClient);
  client.on(PublishCommand).resolves({});
  const notification = { topic: 'modelloop-test-page', subject: 's', text: 't', attributes: { kind: 'drift' } };
  await snsNotifications(new SNSClient(config), place).publish(notification);
  expect(client.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:modelloop-test-page',
    Subject: 's',
    MessageStructure: 'json',
    Message: JSON.stringify({ default: 't', https: JSON.stringify(forPrograms) }),
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'drift' } },
  });
});
