import { describe, expect, test } from 'vitest';
import type { DriftReport } from '../../../shared/domain/drift/drift-report.ts';
import type { DriftCheck, Retraining } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { checkDrift } from '../../../shared/use-cases/monitoring/check-drift.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { addCodeVersion, addDataVersion, MODEL, part, pipelineWorld } from '../../fixtures/pipeline-world.ts';
import {
  COLUMNS,
  captures,
  capturesRows,
  goesLive,
  MIN_ROWS,
  TRAFFIC,
  watchedWorld,
} from '../../fixtures/watched-world.ts';

const MODEL_INPUT = { model: MODEL };
const OLDER = { ...TRAFFIC, age: (r: () => number) => 80 + 10 * r() };
const checkOf = async ({ store }: Pick<Awaited<ReturnType<typeof watchedWorld>>, 'store'>, n: number) =>
  (await store.get<DriftCheck>(registryKeys.driftCheck(MODEL, n)))?.value;

describe('the verdict', () => {
  test('is unknown while nothing is live, or what is live has no baseline, and measures nothing', async () => {
    const empty = pipelineWorld();
    expect(await checkDrift(empty, MODEL_INPUT)).toMatchObject({ verdict: 'unknown', reason: 'nothing is live yet' });
    const world = await watchedWorld({ baseline: null });
    expect((await checkDrift(world, MODEL_INPUT)).reason).toMatch(/model version 1 has no baseline/);
    expect(world.metrics.calls).toEqual([]);
  });

  test('waits for rows enough: windows that are too small add up, and nothing is measured before', async () => {
    const world = await watchedWorld();
    capturesRows(world, '2026/03/01/12/a.jsonl', TRAFFIC, MIN_ROWS - 40, 7);
    expect(await checkDrift(world, MODEL_INPUT)).toMatchObject({
      verdict: 'unknown',
      reason: `insufficient data: ${MIN_ROWS - 40} of ${MIN_ROWS} rows captured`,
      pendingRows: MIN_ROWS - 40,
    });
    expect(world.metrics.calls).toEqual([]);
    world.later(1);
    capturesRows(world, '2026/03/01/12/b.jsonl', TRAFFIC, 40, 8);
    const decided = await checkDrift(world, MODEL_INPUT);
    expect(decided).toMatchObject({ verdict: 'ok', lastCheck: 1, pendingRows: 0 });
    expect((await checkOf(world, 1))?.window).toMatchObject({ rows: MIN_ROWS, from: '2026-03-01T11:00:00Z' });
    expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([0]);
  });

  test('is drift where a feature moved: named, with figures, measured, reported, and retraining asked for', async () => {
    const world = await watchedWorld();
    await addDataVersion(world, 1, [part('one')]);
    capturesRows(world, '2026/03/01/12/a.jsonl', OLDER, MIN_ROWS, 7);
    const monitor = await checkDrift(world, MODEL_INPUT);
    expect(monitor).toMatchObject({ verdict: 'drift', reason: 'age drifted', lastVerdict: 'drift' });
    expect(monitor.topFeatures?.[0]?.words).toMatch(/^age: mean \d+(\.\d+)? → 8\d(\.\d+)? \(\+4\.\d+σ\), PSI \d/);
    expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([1]);
    expect(world.bus.published).toContainEqual({
      type: 'RetrainRequested',
      model: MODEL,
      reason: 'drift check 1: age drifted',
    });
    const report = monitor.report;
    if (!report) throw new Error('no report');
    const read = async (key: string) =>
      new TextDecoder().decode(await world.objects.read({ bucket: report.bucket, key }));
    const json = JSON.parse(await read(report.json)) as DriftReport;
    expect(json.columns.map((c) => c.column).sort()).toEqual(['age', 'plan', 'the prediction']);
    expect(json.columns[0]?.tests.find((t) => t.test === 'ks')).toMatchObject({ page: true });
    expect(json.charts[0]?.column).toBe('age');
    for (const { bars } of json.charts) expect(bars.reduce((sum, b) => sum + b.now, 0)).toBeCloseTo(1, 9);
    expect(world.bus.published).toContainEqual({ type: 'DriftChecked', model: MODEL, check: 1 });
  });

  test('stays on record while the next window is gathered, and is forgotten with the release', async () => {
    const world = await watchedWorld();
    capturesRows(world, '2026/03/01/12/a.jsonl', OLDER, MIN_ROWS, 7);
    await checkDrift(world, MODEL_INPUT);
    world.later(1);
    expect(await checkDrift(world, MODEL_INPUT)).toMatchObject({
      verdict: 'unknown',
      lastVerdict: 'drift',
      lastCheck: 1,
    });
    expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([1]);
    await goesLive(world, 2, '2026-03-01T13:00:00Z');
    const fresh = await checkDrift(world, MODEL_INPUT);
    expect(fresh).toMatchObject({ verdict: 'unknown', release: 2, pendingRows: 0 });
    expect(fresh.lastVerdict).toBeUndefined();
    capturesRows(world, '2026/03/01/13/a.jsonl', TRAFFIC, MIN_ROWS, 9, 2);
    expect(await checkDrift(world, MODEL_INPUT)).toMatchObject({ verdict: 'ok', lastCheck: 2 });
  });
});

test('what cannot be read is counted and said, and takes no readable line down', async () => {
  const world = await watchedWorld();
  captures(world, '2026/03/01/12/bad.jsonl', '{"half a li\n{"captureData":{}}\n');
  capturesRows(world, '2026/03/01/12/good.jsonl', TRAFFIC, MIN_ROWS, 3);
  await checkDrift(world, MODEL_INPUT);
  expect((await checkOf(world, 1))?.unreadable).toEqual({
    lines: 2,
    reasons: ['the line is not JSON', 'the request was not captured'],
  });
});

test('a check that dies anywhere and runs again counts each row once, and gives out its verdict', async () => {
  const makeWorld = async () => {
    const world = await watchedWorld();
    await addDataVersion(world, 1, [part('one')]);
    capturesRows(world, '2026/03/01/12/a.jsonl', OLDER, MIN_ROWS, 7);
    return world;
  };
  const places = await crashEverywhere(
    makeWorld,
    (ports) => checkDrift(ports, MODEL_INPUT),
    async (world, monitor) => {
      expect(monitor.lastVerdict).toBe('drift');
      expect(monitor.lastCheck).toBe(1);
      expect((await checkOf(world, 1))?.window.rows).toBe(MIN_ROWS);
      expect(await checkOf(world, 2)).toBeUndefined();
      expect(new Set(world.metrics.valuesOf('Drift', MODEL))).toEqual(new Set([1]));
      expect(world.bus.published.some((e) => e.type === 'RetrainRequested')).toBe(true);
      expect((await world.store.get<Retraining>(registryKeys.retraining(MODEL)))?.value.status).toBe('requested');
    },
  );
  expect(places).toBeGreaterThan(15);
});

test('a twin that decides, and dies before it has said so, is spoken for by the one that comes in second', async () => {
  const world = await watchedWorld();
  await addDataVersion(world, 1, [part('one')]);
  capturesRows(world, '2026/03/01/12/a.jsonl', OLDER, MIN_ROWS, 7);
  const throttled = { put: () => Promise.reject(new Error('Throttling')) };
  const twin = () => checkDrift({ ...world, metrics: { ...world.metrics, ...throttled } }, MODEL_INPUT);
  let first = true;
  const store: typeof world.store = {
    ...world.store,
    commit: async (changes) => {
      if (first) {
        first = false;
        await expect(twin()).rejects.toThrow('Throttling');
      }
      return world.store.commit(changes);
    },
  };
  await checkDrift({ ...world, store }, MODEL_INPUT);
  expect(await checkOf(world, 1)).toMatchObject({ verdict: 'drift' });
  expect(await checkOf(world, 2)).toBeUndefined();
  expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([1]);
});

test('a release that captures nothing ends the alarm of the one before, once', async () => {
  const world = await watchedWorld();
  capturesRows(world, '2026/03/01/12/a.jsonl', OLDER, MIN_ROWS, 7);
  await checkDrift(world, MODEL_INPUT);
  await addCodeVersion(world, 2, { columns: { ...COLUMNS }, deployment: { capturePercent: 0 } });
  await goesLive(world, 2, '2026-03-01T13:00:00Z', 2);
  for (let check = 0; check < 3; check++) {
    world.later(1);
    expect((await checkDrift(world, MODEL_INPUT)).reason).toMatch(/^not watched/);
  }
  expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([1, 0]);
});
