import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { dynamoRegistryStore } from '../../shared/adapters/aws/registry-store.ts';
import { memoryRegistryStore } from '../../shared/adapters/memory/registry-store.ts';
import { useCloud } from './cloud.ts';
import { registryStoreSuite } from './registry-store-suite.ts';

registryStoreSuite('memory', async () => memoryRegistryStore());

const table = `modelloop-contract-${crypto.randomUUID()}`;
let client: DynamoDBClient | undefined;

registryStoreSuite('DynamoDB', async () => {
  useCloud();
  client = new DynamoDBClient({});
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'model', AttributeType: 'S' },
        { AttributeName: 'sort', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'model', KeyType: 'HASH' },
        { AttributeName: 'sort', KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
  return dynamoRegistryStore(client, table);
});

afterAll(async () => {
  await client?.send(new DeleteTableCommand({ TableName: table }));
});
