import { describe, expect, test } from 'vitest';
import { memoryMetrics } from '../../../shared/adapters/memory/metrics.ts';
import { freshnessOf } from '../../../shared/domain/monitoring/freshness.ts';
import { checkFreshness } from '../../../shared/use-cases/monitoring/check-freshness.ts';
import { addCodeVersion, addDataVersion, MODEL, part, pipelineWorld } from '../../fixtures/pipeline-world.ts';
import { goesLive } from '../../fixtures/watched-world.ts';

const NOW = '2026-03-11T00:00:00Z';
const ages = { champion: '2026-03-01T00:00:00Z', data: '2026-03-06T00:00:00Z' };

describe('freshness', () => {
  test.each([
    ['no limits', {}, 'ok'],
    ['within both', { maxChampionAgeDays: 10, maxDataAgeDays: 5 }, 'ok'],
    ['an old champion', { maxChampionAgeDays: 9.9 }, 'stale'],
    ['old data', { maxDataAgeDays: 4 }, 'stale'],
  ])('%s', (_, limits, verdict) => {
    expect(freshnessOf({ ...ages, limits }, NOW)).toMatchObject({ verdict, championAgeDays: 10, dataAgeDays: 5 });
  });

  test('says what is too old, and by how much', () => {
    const { reason } = freshnessOf({ ...ages, limits: { maxChampionAgeDays: 7, maxDataAgeDays: 4 } }, NOW);
    expect(reason).toBe('the champion is 10 days old, more than 7; the newest data is 5.0 days old, more than 4');
  });
});

test('is recorded and measured, but not measured while nothing is live', async () => {
  const world = { ...pipelineWorld(), metrics: memoryMetrics(), clock: () => NOW };
  await addCodeVersion(world, 1, { monitoring: { maxChampionAgeDays: 7 } });
  expect((await checkFreshness(world, { model: MODEL })).verdict).toBe('unknown');
  expect(world.metrics.calls).toEqual([]);
  await addDataVersion(world, 1, [part('one')]);
  await goesLive(world, 1, '2026-03-10T00:00:00Z');
  expect((await checkFreshness(world, { model: MODEL })).verdict).toBe('ok');
  await goesLive(world, 2, '2026-03-01T00:00:00Z');
  expect(await checkFreshness(world, { model: MODEL })).toMatchObject({ verdict: 'stale', since: NOW });
  expect(world.metrics.valuesOf('Stale', MODEL)).toEqual([0, 1]);
});
