import { beforeEach, describe, expect, it } from 'vitest';
import { secondsBetween } from '../../../shared/domain/monitoring/schedule.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { checkMonitors } from '../../../shared/use-cases/monitoring/check-monitors.ts';
import { addCodeVersion, MODEL, type PipelineWorld, pipelineWorld } from '../../fixtures/pipeline-world.ts';

const LIVE_SINCE = '2026-01-01T00:00:00.000Z';

describe('the check of the monitors', () => {
  let world: PipelineWorld;
  beforeEach(async () => {
    world = pipelineWorld();
    await know(MODEL);
  });

  const put = (key: Parameters<typeof world.store.get>[0], value: object) =>
    world.store.commit([{ put: key, value, expect: 'absent' }]);
  const know = (model: string) => put(registryKeys.catalogue(model), { since: LIVE_SINCE });
  const live = (model = MODEL) => put(registryKeys.champion(model), { release: 1, modelVersion: 1, since: LIVE_SINCE });
  const checked = (drift: string, freshness: string) =>
    Promise.all([
      put(registryKeys.driftMonitor(MODEL), { checkedAt: drift }),
      put(registryKeys.freshnessMonitor(MODEL), { checkedAt: freshness }),
    ]);
  const lookAt = (time: string) =>
    checkMonitors({ ...world, clock: () => time }, { monitorSchedule: 'rate(1 hour)' }).then(() =>
      world.metrics.valuesOf('MonitorOverdue', MODEL).at(-1),
    );

  it('beats, and finds nothing overdue of a model that nothing is live of', async () => {
    expect(await lookAt('2030-01-01T00:00:00.000Z')).toBe(0);
    expect(world.metrics.valuesOf('Heartbeat')).toEqual([1]);
  });

  it('waits for the first checks for three turns from when there was something to check', async () => {
    await live();
    expect(await lookAt('2026-01-01T03:00:00.000Z')).toBe(0);
    expect(await lookAt('2026-01-01T03:00:01.000Z')).toBe(1);
  });

  it('finds either monitor that stopped', async () => {
    await live();
    await checked('2026-01-02T10:00:00.000Z', '2026-01-02T08:00:00.000Z');
    expect(await lookAt('2026-01-02T11:00:00.000Z')).toBe(0);
    expect(await lookAt('2026-01-02T11:00:01.000Z')).toBe(1);
  });

  it("goes by the schedules of the model's definition", async () => {
    await addCodeVersion(world, 1, {
      operations: { owner: 'me', schedules: { drift: 'rate(1 day)', freshness: 'cron(0 6 * * ? *)' } },
    });
    await live();
    expect(await lookAt('2026-01-03T23:59:59.000Z')).toBe(0);
    expect(await lookAt('2026-01-04T00:00:01.000Z')).toBe(1);
  });

  it('measures the others when one model cannot be looked at, says which, and does not beat', async () => {
    await know('other');
    const get: typeof world.store.get = (key) =>
      key.model === 'other' ? Promise.reject(new Error('unreadable')) : world.store.get(key);
    const store = { ...world.store, get };
    await expect(checkMonitors({ ...world, store }, { monitorSchedule: 'rate(1 hour)' })).rejects.toThrow(
      'the monitors of other could not be checked',
    );
    expect(world.metrics.valuesOf('MonitorOverdue', MODEL)).toEqual([0]);
    expect(world.metrics.valuesOf('Heartbeat')).toEqual([]);
  });

  it('takes as many calls as 250 models need', async () => {
    for (let i = 0; i < 249; i++) await know(`m${i}`);
    await lookAt(LIVE_SINCE);
    expect(world.metrics.calls.map((c) => c.length)).toEqual([100, 100, 50, 1]);
  });
});

it.each([
  ['rate(1 minute)', 60],
  ['rate(5 minutes)', 300],
  ['rate(2 hours)', 7200],
  ['rate(1 day)', 86_400],
  ['cron(0 6 * * ? *)', 86_400],
  ['cron(0 6 ? * MON-FRI *)', 3 * 86_400],
  ['cron(0 6 ? * mon *)', 7 * 86_400],
  ['cron(0 6 ? * 2,5 *)', 4 * 86_400],
  ['cron(0 6 ? * 6-2 *)', 4 * 86_400],
  ['cron(0 6 ? * TUE#3 *)', 35 * 86_400],
  ['cron(0 6 1,15 * ? *)', 31 * 86_400],
  ['cron(0 6 1 JAN ? *)', 366 * 86_400],
  ['cron(0 6 ? * SOMEDAY *)', 7 * 86_400],
])('%s has a turn every %i seconds at least', (expression, seconds) => {
  expect(secondsBetween(expression)).toBe(seconds);
});
