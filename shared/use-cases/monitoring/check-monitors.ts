import { secondsBetween } from '../../domain/monitoring/schedule.ts';
import type { Champion, DriftMonitor, FreshnessMonitor } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Measurement } from '../../ports/metrics.ts';
import { knownModels, newestDefinition } from '../known-models.ts';

type Needs = Pick<Ports, 'store' | 'metrics' | 'clock'>;

const MONITORS = [
  { name: 'drift', key: registryKeys.driftMonitor },
  { name: 'freshness', key: registryKeys.freshnessMonitor },
] as const;
type Monitor = (typeof MONITORS)[number]['name'];
/** One check may be late, and one may fail: three that do not come are an outage. */
const MISSED_CHECKS = 3;
const IN_ONE_CALL = 100;

/**
 * Looks whether the monitors of all models look: `MonitorOverdue` is 1 for a model with one that has not checked for three times its
 * schedule, or whose calls are answered and never captured. Beats when, and only when, all models were looked at.
 * @throws AggregateError naming the models that could not be checked; the others were measured
 */
export const checkMonitors = async (
  ports: Needs,
  { monitorSchedule }: { readonly monitorSchedule: string },
): Promise<void> => {
  const models = await knownModels(ports);
  const looks = await Promise.allSettled(
    models.map(async (model): Promise<Measurement> => {
      const overdue = await overdueMonitors(ports, model, monitorSchedule);
      return { name: 'MonitorOverdue', model, value: overdue.length > 0 ? 1 : 0 };
    }),
  );
  const measured = looks.flatMap((l) => (l.status === 'fulfilled' ? [l.value] : []));
  for (let i = 0; i < measured.length; i += IN_ONE_CALL) await ports.metrics.put(measured.slice(i, i + IN_ONE_CALL));
  const failed = models.filter((_, i) => looks[i]?.status === 'rejected');
  if (failed.length > 0)
    throw new AggregateError(
      looks.flatMap((l) => (l.status === 'rejected' ? [l.reason] : [])),
      `the monitors of ${failed.join(', ')} could not be checked`,
    );
  await ports.metrics.put([{ name: 'Heartbeat', value: 1 }]);
};

/** The monitors of a model that should have checked long ago, or have nothing to check where they should. A model without a champion has nothing to be watched. */
export const overdueMonitors = async (
  { store, clock }: Pick<Needs, 'store' | 'clock'>,
  model: string,
  monitorSchedule: string,
): Promise<readonly Monitor[]> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  if (!champion) return [];
  const schedules = (await newestDefinition({ store }, model))?.operations?.schedules;
  const states = await Promise.all(MONITORS.map(({ key }) => store.get<DriftMonitor | FreshnessMonitor>(key(model))));
  const now = Date.parse(clock());
  const overdue = MONITORS.filter(({ name }, i) => {
    const state = states[i]?.value;
    if (state && 'silence' in state && state.release === champion.value.release) return true;
    const checkedAt = state?.checkedAt;
    // Its first check is due as soon as there is something to watch.
    const waitedSince = Math.max(Date.parse(checkedAt ?? champion.value.since), Date.parse(champion.value.since));
    return now > waitedSince + MISSED_CHECKS * secondsBetween(schedules?.[name] ?? monitorSchedule) * 1000;
  });
  return overdue.map(({ name }) => name);
};
