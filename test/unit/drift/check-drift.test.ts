import { describe, expect, test } from 'vitest';
import type { DriftReport } from '../../../shared/domain/drift/drift-report.ts';
import { needsOf } from '../../../shared/domain/monitoring/needs.ts';
import { alarmName, endpointName } from '../../../shared/domain/names.ts';
import type { DriftCheck, Retraining } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { checkDrift } from '../../../shared/use-cases/monitoring/check-drift.ts';
import { overdueMonitors } from '../../../shared/use-cases/monitoring/check-monitors.ts';
import { composePage } from '../../../shared/use-cases/monitoring/compose-page.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { addCodeVersion, addDataVersion, MODEL, part, pipelineWorld, place } from '../../fixtures/pipeline-world.ts';
import {
  COLUMNS,
  captureLine,
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

describe('calls that are answered and not captured', () => {
  /** Live since 11:00; it is 12:00. */
  const answering = async (calls: number, capturePercent = 100) => {
    const world = await watchedWorld({ capturePercent });
    world.metrics.answers(endpointName(place, MODEL), '2026-03-01T12:30:00Z', calls);
    const silence = async () => (await checkDrift(world, MODEL_INPUT)).silence;
    const overdue = () => overdueMonitors(world, MODEL, 'rate(30 days)');
    return { ...world, silence, overdue };
  };
  const SILENCE = { from: '2026-03-01T11:00:00.000Z', until: '2026-03-01T13:00:00.000Z', calls: 25 };

  test('are told an hour later, with how many: the monitor is overdue, status and page say why', async () => {
    const world = await answering(25);
    world.later(1.9);
    expect(await world.silence(), 'they may still come').toBeUndefined();
    world.later(0.1);
    expect(await world.silence()).toEqual(SILENCE);
    expect(await world.overdue()).toEqual(['drift']);
    const why = `none of the 25 calls that were answered between ${SILENCE.from} and ${SILENCE.until} has been captured`;
    const [monitor, live] = [
      await checkDrift(world, MODEL_INPUT),
      { release: 1, modelVersion: 1, since: '2026-03-01T11:00:00Z' },
    ];
    expect(monitor.reason).toBe(`insufficient data: 0 of ${MIN_ROWS} rows captured; ${why}`);
    expect(needsOf({ model: MODEL, retired: false, runs: [], champion: live, drift: monitor })).toMatchObject([
      { kind: 'no-captures', why, command: `npx modelloop drift ${MODEL}` },
    ]);
    const Message = JSON.stringify({
      ...{ AlarmName: alarmName(place, MODEL, 'monitor-overdue'), NewStateValue: 'ALARM', OldStateValue: 'OK' },
      ...{ NewStateReason: 'r', StateChangeTime: '2026-03-01T14:00:00.000+0000' },
    });
    await composePage(world, { Type: 'Notification', MessageId: 'm', TopicArn: 't', Subject: 's', Message });
    expect(world.notifications.published[0]?.text).toContain(`freshness never. Drift: ${why}.`);
  });

  test('are forgotten with the first one that is captured, and with the release', async () => {
    const world = await answering(25);
    world.later(2);
    await world.silence();
    await goesLive(world, 2, '2026-03-01T13:59:00Z');
    expect(await world.overdue(), 'of another release').toEqual([]);
    expect(await world.silence()).toBeUndefined();
    const again = await answering(25);
    again.later(2);
    await again.silence();
    capturesRows(again, '2026/03/01/12/late.jsonl', TRAFFIC, 10, 7);
    expect(await again.silence()).toBeUndefined();
    expect(await again.overdue()).toEqual([]);
    again.later(3);
    expect(await again.silence(), 'those of its hour may have been captured').toBeUndefined();
  });

  test('are told when captures stop coming', async () => {
    const world = await answering(25);
    capturesRows(world, '2026/03/01/11/a.jsonl', TRAFFIC, 10, 7);
    await world.silence();
    world.later(2);
    expect(await world.silence()).toEqual({ ...SILENCE, from: '2026-03-01T12:00:00.000Z' });
  });

  test.each([
    ['too few to be sure', 19, 100],
    ['too few are captured to be sure', 39, 50],
    ['none is to be captured', 1000, 0],
  ])('are nothing where %s', async (_, calls, capturePercent) => {
    const world = await answering(calls, capturePercent);
    world.later(24);
    expect(await world.silence()).toBeUndefined();
    expect(await world.overdue()).toEqual([]);
  });

  test('are nothing while captures are there that are still to be counted', async () => {
    const world = await answering(25);
    world.later(2);
    capturesRows(world, '2026/03/01/11/a.jsonl', TRAFFIC, 10, 7);
    expect(await world.silence()).toBeUndefined();
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

test.each<[string, (i: number) => unknown, string]>([
  ['the largest number there is, for what is missing', (i) => (i % 5 === 0 ? Number.MAX_VALUE : 40), 'basic'],
  ['one number whose square overflows', (i) => (i === 3 ? 1e200 : 80), 'basic'],
  ['documents where words were', () => 40, '#'.repeat(50_000)],
])('nothing that is captured stops a check: %s', async (_, age, plan) => {
  const world = await watchedWorld();
  const lines = Array.from({ length: MIN_ROWS }, (__, i) =>
    captureLine([{ age: age(i), plan: `${i % 5}${plan}` }], [0.5]),
  );
  captures(world, '2026/03/01/12/a.jsonl', lines.join('\n'));
  expect(await checkDrift(world, MODEL_INPUT)).toMatchObject({ verdict: 'drift', lastCheck: 1 });
  expect(world.metrics.valuesOf('Drift', MODEL)).toEqual([1]);
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
