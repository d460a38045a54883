import { afterAll } from 'vitest';
import { memoryRegistryStore } from '../../shared/adapters/memory/registry-store.ts';
import { registryStoreSuite } from './registry-store-suite.ts';
import { registryTable } from './registry-table.ts';

registryStoreSuite('memory', async () => memoryRegistryStore());

let table: Awaited<ReturnType<typeof registryTable>> | undefined;

registryStoreSuite('DynamoDB', async () => {
  table = await registryTable();
  return table.store;
});

afterAll(() => table?.remove());
