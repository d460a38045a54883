import type { Champion, ModelVersion, Release, Run, Verdict } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** A model version, what was decided of it, and when it served. */
export interface JudgedModelVersion extends ModelVersion {
  /** Absent while its run is under way, and when that failed. */
  readonly verdict?: Verdict;
  /** The releases that had it, in their order. */
  readonly releases: readonly number[];
  readonly live: boolean;
}

/** A model's versions, newest first; with `version` only that one, if there is one of that number. */
export const readModelVersions = async (
  { store }: Pick<Ports, 'store'>,
  { model, version, limit = 20 }: { readonly model: string; readonly version?: number; readonly limit?: number },
): Promise<readonly JudgedModelVersion[]> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const releases = (await store.list<Release>(model, registryPrefixes.releases)).map(({ value }) => value);
  const judged = async (found: ModelVersion): Promise<JudgedModelVersion> => {
    const run = await store.get<Run>(registryKeys.run(model, found.run));
    return {
      ...found,
      ...(run?.value.verdict && { verdict: run.value.verdict }),
      releases: releases.filter((r) => r.modelVersion === found.version).map((r) => r.release),
      live: champion?.value.modelVersion === found.version,
    };
  };
  return Promise.all((await versionsOf(store, model, version, limit)).map(judged));
};

const versionsOf = async (
  store: Ports['store'],
  model: string,
  version: number | undefined,
  limit: number,
): Promise<readonly ModelVersion[]> => {
  if (version === undefined) {
    const found = await store.list<ModelVersion>(model, registryPrefixes.modelVersions, { limit, newestFirst: true });
    return found.map(({ value }) => value);
  }
  const one = await store.get<ModelVersion>(registryKeys.modelVersion(model, version));
  return one ? [one.value] : [];
};
