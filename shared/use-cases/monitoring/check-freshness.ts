import { type FreshnessLimits, freshnessOf } from '../../domain/monitoring/freshness.ts';
import type { Champion, CodeVersion, DataHead, DataVersion, FreshnessMonitor, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';

/** Is the champion, or the newest data, older than the champion's definition allows? Puts Stale when something is live. */
export const checkFreshness = async (
  ports: Pick<Ports, 'store' | 'metrics' | 'clock'>,
  { model }: { model: string },
): Promise<FreshnessMonitor> => {
  const monitor = await retryConflicts(async () => {
    const { store } = ports;
    const before = await store.get<FreshnessMonitor>(registryKeys.freshnessMonitor(model));
    const now = ports.clock();
    const found = freshnessOf(await ages(store, model), now);
    const since = before?.value.verdict === found.verdict ? before.value.since : now;
    const next: FreshnessMonitor = { ...found, checkedAt: now, since };
    await store.commit([{ put: registryKeys.freshnessMonitor(model), value: next, expect: asRead(before) }]);
    return next;
  });
  if (monitor.verdict !== 'unknown')
    await ports.metrics.put([{ name: 'Stale', value: monitor.verdict === 'stale' ? 1 : 0, model }]);
  return monitor;
};

const ages = async (store: Ports['store'], model: string) => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  if (!champion) return {};
  const { value: release } = await registered<Release>(store, registryKeys.release(model, champion.value.release));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, release.codeVersion));
  const head = await store.get<DataHead>(registryKeys.dataHead(model));
  return {
    champion: champion.value.since,
    limits: code.definition.monitoring satisfies FreshnessLimits,
    ...(head && { data: await dataSince(store, model, head.value.latest) }),
  };
};

/** What a rollback brought back is as old as it was before. */
const dataSince = async (store: Ports['store'], model: string, version: number): Promise<string> => {
  const { value } = await registered<DataVersion>(store, registryKeys.dataVersion(model, version));
  return value.restoredFrom === undefined ? value.createdAt : dataSince(store, model, value.restoredFrom);
};
