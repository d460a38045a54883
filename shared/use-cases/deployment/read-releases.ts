import type { Champion, Release } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

export interface ReleaseInTime extends Release {
  /** Does it serve now? */
  readonly live: boolean;
  /** When the next one took over: with `liveFrom`, no moment since the first release belongs to none or to two. */
  readonly liveUntil?: string;
}

/** A model's releases, newest first. */
export const readReleases = async (
  { store }: Pick<Ports, 'store'>,
  { model, limit = 20 }: { readonly model: string; readonly limit?: number },
): Promise<readonly ReleaseInTime[]> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const all = (await store.list<Release>(model, registryPrefixes.releases, { limit: limit + 1, newestFirst: true }))
    .map(({ value }) => value)
    // Read after the champion: one that came since is told next time.
    .filter(({ release }) => release <= (champion?.value.release ?? 0));
  return all.slice(0, limit).map((release, i) => {
    const next = all[i - 1];
    return {
      ...release,
      live: release.release === champion?.value.release,
      ...(next && { liveUntil: next.liveFrom }),
    };
  });
};
