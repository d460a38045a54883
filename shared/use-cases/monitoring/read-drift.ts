import type { DriftCheck, DriftMonitor, FreshnessMonitor, Head, Retraining } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** How monitoring stands for a model; what has not looked yet is absent. */
export interface WatchStatus {
  readonly drift?: DriftMonitor;
  readonly freshness?: FreshnessMonitor;
  readonly retraining?: Retraining;
}

export const readWatch = async (
  { store }: Pick<Ports, 'store'>,
  { model }: { model: string },
): Promise<WatchStatus> => {
  const [drift, freshness, retraining, runs] = await Promise.all([
    store.get<DriftMonitor>(registryKeys.driftMonitor(model)),
    store.get<FreshnessMonitor>(registryKeys.freshnessMonitor(model)),
    store.get<Retraining>(registryKeys.retraining(model)),
    store.get<Head>(registryKeys.runHead(model)),
  ]);
  return {
    ...(drift && { drift: drift.value }),
    ...(freshness && { freshness: freshness.value }),
    ...(retraining && { retraining: answered(retraining.value, runs?.value.latest ?? 0) }),
  };
};

/** The next drift check settles what a run did for a retraining; until then, it is said which run that is. */
const answered = (retraining: Retraining, newestRun: number): Retraining => {
  const { status, afterRun, reason } = retraining;
  if (afterRun === undefined || newestRun <= afterRun || (status !== 'waiting-for-data' && status !== 'requested'))
    return retraining;
  return { ...retraining, status: 'requested', reason: `run ${afterRun + 1} is the retraining (${reason})` };
};

/** The decided checks, newest first, at most `limit`. */
export const readDriftChecks = async (
  { store }: Pick<Ports, 'store'>,
  { model, limit }: { model: string; limit: number },
): Promise<readonly DriftCheck[]> =>
  (await store.list<DriftCheck>(model, registryPrefixes.driftChecks, { limit, newestFirst: true })).map(
    ({ value }) => value,
  );
