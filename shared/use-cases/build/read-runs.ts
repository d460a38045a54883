import type { Run } from '../../domain/records.ts';
import { registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** A model's runs, newest first. */
export const readRuns = async (
  { store }: Pick<Ports, 'store'>,
  { model, limit = 20 }: { readonly model: string; readonly limit?: number },
): Promise<readonly Run[]> =>
  (await store.list<Run>(model, registryPrefixes.runs, { limit, newestFirst: true })).map(({ value }) => value);
