import type { Champion, Release, Retired } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

export interface ReleaseInTime extends Release {
  /** Does it serve now? */
  readonly live: boolean;
  /** When the next one took over, or the model was retired: but for that, with `liveFrom`, no moment since the first release belongs to none or to two. */
  readonly liveUntil?: string;
}

/** A model's releases, newest first. */
export const readReleases = async (
  { store }: Pick<Ports, 'store'>,
  { model, limit = 20 }: { readonly model: string; readonly limit?: number },
): Promise<readonly ReleaseInTime[]> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const retired = champion ? undefined : await store.get<Retired>(registryKeys.retired(model));
  const newest = champion?.value.release ?? retired?.value.release ?? 0;
  const all = (await store.list<Release>(model, registryPrefixes.releases, { limit: limit + 1, newestFirst: true }))
    .map(({ value }) => value)
    // Read after the champion: one that came since is told next time.
    .filter(({ release }) => release <= newest);
  return all.slice(0, limit).map((release, i) => {
    const until = all[i - 1]?.liveFrom ?? retired?.value.at;
    return {
      ...release,
      live: release.release === champion?.value.release,
      ...(until && { liveUntil: until }),
    };
  });
};
