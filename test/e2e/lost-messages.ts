import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DemoContext } from '../../demo/context.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { uploadIdOf } from '../../shared/domain/data/upload-key.ts';
import { deadLettersName, fullQueueName } from '../../shared/domain/monitoring/queues.ts';
import { bucketName, functionName, registryTableName } from '../../shared/domain/names.ts';
import type { ObjectVersion } from '../../shared/domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../shared/domain/registry-keys.ts';

/** Puts an object into the data repository and takes its event out of the queue while nobody works on that. */
export async function uploadUnheard({ place, s3 }: DemoContext, key: string, body: string): Promise<ObjectVersion> {
  const lambda = new LambdaClient({ region: place.region });
  const FunctionName = functionName(place, 'register-upload');
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  const work = (Enabled: boolean) =>
    lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID, Enabled }));
  const sqs = new SQSClient({ region: place.region });
  const queue = fullQueueName(place, 'uploads');
  await work(false);
  try {
    const bucket = bucketName(place, 'data');
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    await waitFor('the event is in the queue', async () => ((await depth(sqs, queue)) > 0 ? true : undefined), {
      seconds: 30,
    });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(sqs, queue) }));
    return { bucket, key, versionId: VersionId ?? '' };
  } finally {
    await work(true);
  }
}

const POISON = 4;

/**
 * Ten events at once, of uploads that name no model; what the registry has of one of them cannot be read, until `repair` is called. The
 * queue gives a message that failed back at once, and not after minutes.
 * @returns when the one is among the dead letters
 */
export async function tenWithOnePoisoned({ place }: DemoContext) {
  const sqs = new SQSClient({ region: place.region });
  const dynamo = new DynamoDBClient({ region: place.region });
  const made = Array.from({ length: 10 }, (_, i) => ({
    ...{ bucket: bucketName(place, 'data'), key: `in/nobody/${i}.csv`, versionId: `v${i}` },
  }));
  const items = made.map((object) => registryKeys.upload(UNKNOWN_MODEL, uploadIdOf(object)));
  const { model = '', sort = '' } = items[POISON] ?? {};
  const Key = { model: { S: model }, sort: { S: sort } };
  const TableName = registryTableName(place);
  const Item = { ...Key, value: { S: 'not JSON' }, revision: { N: '1' } };
  await dynamo.send(new PutItemCommand({ TableName, Item }));
  const QueueUrl = await urlOf(sqs, fullQueueName(place, 'uploads'));
  const hide = (seconds: number) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: `${seconds}` } }));
  await hide(1);
  const Entries = made.map((object, i) => ({ Id: `m${i}`, MessageBody: JSON.stringify(eventOf(object)) }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const dead = deadLettersName(place, 'uploads');
  await waitFor('the poison is among the dead letters', async () => (await depth(sqs, dead)) || undefined, {
    seconds: 90,
  });
  await hide(360);
  return { items, poison: POISON, repair: () => dynamo.send(new DeleteItemCommand({ TableName, Key })) };
}

const eventOf = ({ bucket, key, versionId }: ObjectVersion) => ({
  ...{ source: 'aws.s3', 'detail-type': 'Object Created', time: '2026-01-01T00:00:00Z' },
  detail: { bucket: { name: bucket }, object: { key, size: 3, 'version-id': versionId, sequencer: 'A1' } },
});

const urlOf = async (sqs: SQSClient, QueueName: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

const depth = async (sqs: SQSClient, queue: string): Promise<number> => {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await urlOf(sqs, queue), AttributeNames }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
};
