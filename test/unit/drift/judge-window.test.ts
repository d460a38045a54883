import { describe, expect, test } from 'vitest';
import { type Baseline, PREDICTION } from '../../../shared/domain/drift/baseline.ts';
import { judgeWindow } from '../../../shared/domain/drift/judge-window.ts';
import { WindowCounter } from '../../../shared/domain/drift/window.ts';
import { baselineOf, normal, rowsOf, seeded, type World } from '../../fixtures/drift-rows.ts';

const FLOORS = { psi: 0.1, sigmas: 0.3, share: 0.02 };
const ALPHA = 1 / 8766;

const judged = (baseline: Baseline, rows: readonly Readonly<Record<string, unknown>>[]) => {
  const counter = new WindowCounter(baseline);
  for (const features of rows) counter.add({ features }, PREDICTION);
  const { verdict, columns } = judgeWindow(baseline, counter.window(), ALPHA, FLOORS);
  return { verdict, columns: Object.fromEntries(columns.map((c) => [c.column, c])) };
};
const drawn = (world: World, n: number, seed: number) => rowsOf(world, n, seeded(seed)).map((r) => r.features);

describe('a number with few values', () => {
  const WORLD: World = {
    price: (r) => [10, 20, 50][Math.floor(r() * 3)] ?? 0,
    rate: () => 5,
    batch: () => 1000,
  };
  const baseline = baselineOf(rowsOf(WORLD, 20_000, seeded(1)));
  const rows = drawn(WORLD, 200, 2);

  test('as before: no drift, and nothing new', () => {
    const { verdict, columns } = judged(baseline, rows);
    expect(verdict).toBe('ok');
    expect(columns.price?.newShare).toBeUndefined();
  });

  test.each([
    ['price', 1.1],
    ['price', 1.5],
    ['rate', 1.98],
    ['rate', 0.5],
    ['batch', 1.999],
  ])('%s × %d drifts, though most lies between the old values', (column, factor) => {
    const { columns } = judged(
      baseline,
      rows.map((row) => ({ ...row, [column]: Number(row[column]) * factor })),
    );
    expect(columns[column]).toMatchObject({ page: true, newShare: 1 });
    expect(columns[column]?.words).toContain('new values: 100%');
  });

  test('a baseline from before is told by its edges: it needs nothing new', () => {
    const { price } = baseline.features;
    expect(price).toMatchObject({ edges: [10, 20, 50, 51], max: 50 });
    expect(Object.keys(price ?? {}).sort()).toEqual(
      ['counts', 'edges', 'kind', 'max', 'mean', 'min', 'nulls', 'stddev'].sort(),
    );
  });

  test('values that come and go are no drift: as many are new as were seen once', () => {
    const tail: World = { x: (r) => Math.round(Math.exp(1.5 * normal(r))) };
    const long = baselineOf(rowsOf(tail, 500, seeded(3)));
    const { verdict, columns } = judged(long, drawn(tail, 2000, 4));
    expect(columns.x?.newShare).toBeGreaterThan(0.02);
    expect(verdict).toBe('ok');
  });

  test('fewer new values than that are none either', () => {
    const baselineOfMany = baselineOf(Array.from({ length: 150 }, (_, i) => ({ features: { x: i }, prediction: 0.5 })));
    const { columns } = judged(
      baselineOfMany,
      Array.from({ length: 1500 }, (_, i) => ({ x: i % 150 })),
    );
    expect(columns.x?.tests.find((t) => t.test === 'new-values')).toMatchObject({
      statistic: -1,
      effect: { value: 0 },
      page: false,
    });
  });
});

describe('one wild row', () => {
  const baseline = baselineOf(rowsOf({ x: normal }, 50_000, seeded(1)));
  const shifted = drawn({ x: (r) => normal(r) + 0.05 }, 100_000, 2);

  test('does not make a page of a shift that matters to nobody, and is told in the mean', () => {
    const { verdict, columns } = judged(baseline, [...shifted, { x: 1e6 }]);
    expect(columns.x?.p).toBeLessThan(ALPHA);
    expect(verdict).toBe('ok');
    expect(columns.x?.now.mean).toBeGreaterThan(9);
    expect(columns.x?.sigmas).toBeGreaterThan(9);
    expect(columns.x?.tests[0]?.effect.value).toBeLessThan(0.1);
  });

  test('a unit that changed for every row still has a large effect, above a heavy atom too', () => {
    const atom: World = { x: (r) => (r() < 0.97 ? 100 : 100 * r()) };
    const heavy = baselineOf(rowsOf(atom, 20_000, seeded(3)));
    const rows = drawn(atom, 200, 4).map(({ x }) => ({ x: Number(x) * 1000 }));
    expect(judged(heavy, rows).columns.x).toMatchObject({ page: true });
  });
});

test('a value no double can square leaves a finite finding, and a real drift beside it is found', () => {
  const baseline = baselineOf(rowsOf({ x: (r) => 40 + 10 * normal(r) }, 5000, seeded(1)));
  const rows = drawn({ x: (r) => 80 + 10 * normal(r) }, 200, 2);
  for (const wild of [1e200, -Number.MAX_VALUE, Number.MAX_VALUE]) {
    const { columns } = judged(baseline, [...rows, { x: wild }, { x: wild }]);
    expect(columns.x?.page).toBe(true);
    expect([columns.x?.sigmas, columns.x?.now.mean, columns.x?.now.stddev].every(Number.isFinite)).toBe(true);
    expect(columns.x?.words.length).toBeLessThan(120);
  }
});

test.each([null, 1e-250])('where no double holds the move in standard deviations (of %s), it is not told', (stddev) => {
  const baseline = baselineOf(rowsOf({ x: normal }, 1000, seeded(1)));
  const { x } = baseline.features;
  if (x?.kind !== 'numeric') throw new Error('x is a number');
  const odd = { ...baseline, features: { x: { ...x, stddev } } };
  const rows = [...drawn({ x: (r) => normal(r) + 3 }, 500, 2), { x: Number.MAX_VALUE }];
  const { columns } = judged(odd, rows);
  expect(columns.x?.page).toBe(true);
  expect(columns.x?.sigmas).toBeUndefined();
  expect(columns.x?.tests.every((t) => Number.isFinite(t.effect.value))).toBe(true);
});

test('values of any length are shown cut', () => {
  const documents: World = { x: (r) => `${Math.floor(r() * 5)}`.repeat(50_000) };
  const baseline = baselineOf(rowsOf(documents, 200, seeded(1)));
  const { columns } = judged(baseline, drawn({ x: () => '🙂'.repeat(50_000) }, 200, 2));
  expect(columns.x?.page).toBe(true);
  expect(columns.x?.newValues).toEqual([{ value: `${'🙂'.repeat(79)}…`, share: 1 }]);
  expect(JSON.stringify(columns.x).length).toBeLessThan(5000);
});
