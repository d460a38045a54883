import type { Champion, Release } from '../domain/records.ts';
import { registryKeys, registryPrefixes } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';

/** A model's releases, newest first; `live` marks the one that serves. */
export const readReleases = async (
  { store }: Pick<Ports, 'store'>,
  { model, limit = 20 }: { readonly model: string; readonly limit?: number },
): Promise<readonly (Release & { readonly live: boolean })[]> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const releases = await store.list<Release>(model, registryPrefixes.releases, { limit, newestFirst: true });
  return releases.map(({ value }) => ({ ...value, live: value.release === champion?.value.release }));
};
