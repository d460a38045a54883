import type { Release } from '../../domain/records.ts';
import { registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** The number of the newest release, 0 before the first. It is the champion's, unless the model is retired: numbers only grow. */
export const newestRelease = async ({ store }: Pick<Ports, 'store'>, model: string): Promise<number> =>
  (await store.list<Release>(model, registryPrefixes.releases, { limit: 1, newestFirst: true }))[0]?.value.release ?? 0;
