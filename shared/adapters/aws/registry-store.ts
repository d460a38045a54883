import { randomInt } from 'node:crypto';
import {
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Key } from '../../domain/registry-keys.ts';
import {
  type Change,
  ConflictError,
  type Expectation,
  type RegistryStore,
  type Stored,
} from '../../ports/registry-store.ts';
import { checkChanges, checkKey, keyOf, storedText } from '../registry-limits.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * The registry in a DynamoDB table: partition key `model`, sort key `sort`, attributes `value` and `revision`. The value is JSON
 * text, not a map: a map forgets the order of its members, and the order of a definition's columns is the order of a model's
 * features. No condition ever looks inside.
 */
export function dynamoRegistryStore(client: DynamoDBClient, table: string): RegistryStore {
  const documents = DynamoDBDocumentClient.from(client);

  return {
    async get<T extends object>(key: Key) {
      checkKey(key);
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: { model: key.model, sort: key.sort }, ConsistentRead: true }),
      );
      return Item && stored<T>(Item);
    },

    async list<T extends object>(
      model: string,
      prefix: string,
      { limit, newestFirst = false }: { limit?: number; newestFirst?: boolean } = {},
    ) {
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          ConsistentRead: true,
          ...itemsWith(model, prefix),
          ScanIndexForward: !newestFirst,
          ...(limit === undefined ? {} : { Limit: limit }),
        },
      );
      const found: Stored<T>[] = [];
      for await (const page of pages) {
        for (const item of page.Items ?? []) found.push(stored<T>(item));
        if (limit !== undefined && found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async commit(changes) {
      checkChanges(changes);
      const items = changes.map((change) => transactItem(table, change));
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: items }));
      } catch (error) {
        throw translated(error, changes);
      }
    },
  };
}

const stored = <T extends object>(item: Record<string, unknown>): Stored<T> => ({
  key: { model: String(item.model), sort: String(item.sort) },
  value: JSON.parse(String(item.value)) as T,
  revision: Number(item.revision),
});

type Expression<Kind extends string> = { [K in Kind]: string } & {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
};

/** DynamoDB takes no empty prefix. */
const itemsWith = (model: string, prefix: string): Expression<'KeyConditionExpression'> =>
  prefix === ''
    ? {
        KeyConditionExpression: '#model = :model',
        ExpressionAttributeNames: { '#model': 'model' },
        ExpressionAttributeValues: { ':model': model },
      }
    : {
        KeyConditionExpression: '#model = :model AND begins_with(#sort, :prefix)',
        ExpressionAttributeNames: { '#model': 'model', '#sort': 'sort' },
        ExpressionAttributeValues: { ':model': model, ':prefix': prefix },
      };

function transactItem(TableName: string, change: Change): TransactItem {
  const { model, sort } = keyOf(change);
  const Key = { model, sort };
  const condition = conditionOf(change.expect);
  if ('check' in change) return { ConditionCheck: { TableName, Key, ...condition } };
  if ('remove' in change) return { Delete: { TableName, Key, ...condition } };
  const Item = { ...Key, value: storedText(change.value), revision: nextRevision(change.expect) };
  return { Put: { TableName, Item, ...condition } };
}

const conditionOf = (expect: Expectation): Expression<'ConditionExpression'> =>
  expect === 'absent'
    ? { ConditionExpression: 'attribute_not_exists(#model)', ExpressionAttributeNames: { '#model': 'model' } }
    : {
        ConditionExpression: '#revision = :expected',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: { ':expected': expect.revision },
      };

/**
 * An item that was removed and made again must not have a revision that it had before: whoever still holds the old one would
 * pass for the owner of the new one. So the first revision is a random number of 47 bits.
 */
const nextRevision = (expect: Expectation) => (expect === 'absent' ? randomInt(1, 2 ** 47) : expect.revision + 1);

/** The one place where DynamoDB's refusals become ours; what is not a lost race stays as it is. */
function translated(error: unknown, changes: readonly Change[]): unknown {
  if (error instanceof TransactionCanceledException) {
    const lost = (error.CancellationReasons ?? []).flatMap((reason, i) =>
      reason.Code === 'ConditionalCheckFailed' || reason.Code === 'TransactionConflict' ? [i] : [],
    );
    if (lost.length === 0) return error;
    return new ConflictError(changes.filter((_, i) => lost.includes(i)).map(keyOf), { cause: error });
  }
  // An earlier attempt of this very commit is still being decided: whoever asked has to look at what came of it.
  if (error instanceof TransactionInProgressException || error instanceof TransactionConflictException)
    return new ConflictError(changes.map(keyOf), { cause: error });
  return error;
}
