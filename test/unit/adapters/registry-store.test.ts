import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { dynamoRegistryStore } from '../../../shared/adapters/aws/registry-store.ts';

const client = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  client.reset();
  client.on(TransactWriteCommand).resolves({});
});

const key = { model: 'm', sort: 's' };
const table = { TableName: 't', Key: key };
const ABSENT = {
  ConditionExpression: 'attribute_not_exists(#model)',
  ExpressionAttributeNames: { '#model': 'model' },
};
const AT_SEVEN = {
  ConditionExpression: '#revision = :expected',
  ExpressionAttributeNames: { '#revision': 'revision' },
  ExpressionAttributeValues: { ':expected': 7 },
};

const sent = async (...changes: Parameters<ReturnType<typeof dynamoRegistryStore>['commit']>[0]) => {
  await dynamoRegistryStore(new DynamoDBClient({ region: 'eu-west-1' }), 't').commit(changes);
  return client.commandCalls(TransactWriteCommand).at(-1)?.args[0].input.TransactItems;
};

it('says what must be true of an item for each kind of change, and gives a changed item the next revision', async () => {
  const at = (sort: string) => ({ ...key, sort });
  const on = (sort: string) => ({ ...table, Key: at(sort) });
  const item = (sort: string, revision: unknown) => ({ ...at(sort), value: '{}', revision });
  expect(
    await sent(
      { put: at('a'), value: {}, expect: 'absent' },
      { put: at('b'), value: {}, expect: { revision: 7 } },
      { remove: at('c'), expect: { revision: 7 } },
      { check: at('d'), expect: 'absent' },
      { check: at('e'), expect: { revision: 7 } },
    ),
  ).toEqual([
    { Put: { TableName: 't', Item: item('a', expect.any(Number)), ...ABSENT } },
    { Put: { TableName: 't', Item: item('b', 8), ...AT_SEVEN } },
    { Delete: { ...on('c'), ...AT_SEVEN } },
    { ConditionCheck: { ...on('d'), ...ABSENT } },
    { ConditionCheck: { ...on('e'), ...AT_SEVEN } },
  ]);
});

it('begins with a revision that the item never had: who knew it before it was removed is no owner of the new one', async () => {
  const revisions = new Set<unknown>();
  for (let n = 0; n < 10; n += 1) {
    const [change] = (await sent({ put: key, value: {}, expect: 'absent' })) ?? [];
    revisions.add(change?.Put?.Item?.revision);
  }
  expect(revisions.size).toBe(10);
});
