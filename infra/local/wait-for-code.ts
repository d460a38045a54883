import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoRegistryStore } from '../../shared/adapters/aws/registry-store.ts';
import { registryTableName } from '../../shared/domain/names.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { bundleModel } from '../../shared/use-cases/code/bundle-model.ts';
import { type CloudState, checkout, clientSettings } from './cloud-state.ts';

const WITHIN_SECONDS = 120;

/** The names of the folders in `models/` that hold a definition. */
export function modelFolders(root = checkout): string[] {
  const models = join(root, 'models');
  if (!existsSync(models)) return [];
  return readdirSync(models).filter((name) => existsSync(join(models, name, 'model.yaml')));
}

/** A model's folder as it is published: the hash of its tree says which code version it will be. */
export type ModelTree = Readonly<Record<'model' | 'treeHash', string>>;

/** @throws BundleError, DefinitionError when a folder defines no model */
export const modelTrees = (root = checkout): Promise<ModelTree[]> =>
  Promise.all(
    modelFolders(root).map(async (name) => {
      const { model, treeHash } = await bundleModel(join(root, 'models', name));
      return { model, treeHash };
    }),
  );

/**
 * A deployment has published each model's folder to the code repository; from there its registration is an event like any other.
 * Uploads before it would be refused, as for a model that nobody knows, or held to the contract of before.
 * @throws naming the models that are not registered in time
 */
export async function waitForCodeVersions(
  state: CloudState,
  trees: readonly ModelTree[],
  { report, signal }: { report: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  const client = new DynamoDBClient(clientSettings(state));
  const store = dynamoRegistryStore(client, registryTableName({ stage: 'local' }));
  const deadline = performance.now() + WITHIN_SECONDS * 1000;
  try {
    let missing = trees;
    while (missing.length > 0) {
      signal?.throwIfAborted();
      const found = await Promise.all(missing.map((t) => store.get(registryKeys.codeTree(t.model, t.treeHash))));
      missing = missing.filter((_, i) => found[i] === undefined);
      if (missing.length === 0) return;
      const names = missing.map(({ model }) => model).join(', ');
      report(`waiting for the code of ${names} to be registered`);
      if (performance.now() > deadline)
        throw new Error(
          `waited ${WITHIN_SECONDS} s for the code of ${names} to be registered (registry items tree#…); ` +
            `the functions publish-code and register-code say why not: ${join(state.directory, 'logs/emulator.log')}`,
        );
      await pause(250);
    }
  } finally {
    client.destroy();
  }
}
