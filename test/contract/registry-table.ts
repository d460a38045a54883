import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { dynamoRegistryStore } from '../../shared/adapters/aws/registry-store.ts';
import type { RegistryStore } from '../../shared/ports/registry-store.ts';
import { useCloud } from './cloud.ts';

/** A registry table of a test's own in the cloud, with the keys that the product's has. */
export async function registryTable(): Promise<{ store: RegistryStore; remove: () => Promise<void> }> {
  const leaveCloud = await useCloud();
  const client = new DynamoDBClient({});
  const TableName = `modelloop-contract-${crypto.randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
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
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
  const remove = async () => {
    await client.send(new DeleteTableCommand({ TableName }));
    await leaveCloud();
  };
  return { store: dynamoRegistryStore(client, TableName), remove };
}
