import { describe, expect, test } from 'vitest';
import { type Baseline, PREDICTION } from '../../shared/domain/drift/baseline.ts';
import { judgeWindow } from '../../shared/domain/drift/judge-window.ts';
import { WindowCounter } from '../../shared/domain/drift/window.ts';
import { baselineOf, category, normal, type Random, rowsOf, seeded, type World } from '../fixtures/drift-rows.ts';

/** 20 columns of the kinds that fool drift checks: skewed, mostly zero, ties, many categories, values that come and go. */
const KINDS: readonly ((random: Random) => number | string | null)[] = [
  normal,
  (r) => Math.exp(1.5 * normal(r)),
  (r) => (r() < 0.8 ? 0 : Math.exp(normal(r))),
  (r) => Math.floor(r() * 12),
  (r) => (r() < 0.02 ? null : normal(r)),
  (r) => (r() < 0.3 ? 'true' : 'false'),
  (r) => category(r, 20),
  (r) => category(r, 500),
  (r) => `id${Math.floor(r() * 1e6)}`,
  (r) => Math.round(normal(r) * 3),
];
const WORLD: World = Object.fromEntries(
  Array.from({ length: 20 }, (_, i) => [`x${i}`, KINDS[i % KINDS.length] ?? normal]),
);
const FLOORS = { psi: 0.1, sigmas: 0.3, share: 0.02 };
const NO_FLOORS = { psi: 0, sigmas: 0, share: 0 };

const windowOf = (baseline: Baseline, world: World, n: number, random: Random) => {
  const counter = new WindowCounter(baseline);
  for (const row of rowsOf(world, n, random)) counter.add(row, PREDICTION);
  return counter.window();
};

describe.each([
  { n: 200, windows: 200 },
  { n: 1000, windows: 100 },
])('stationary, 20 columns, $n rows', ({ n, windows }) => {
  const baseline = baselineOf(rowsOf(WORLD, 10_000, seeded(n)));

  test('without floors, a window pages no oftener than the level says; with them, hardly ever', () => {
    const level = 0.05;
    let [paged, pagedAboveFloor, notable] = [0, 0, 0];
    for (let i = 0; i < windows; i += 1) {
      const window = windowOf(baseline, WORLD, n, seeded(1000 + i));
      if (judgeWindow(baseline, window, level, NO_FLOORS).verdict === 'drift') paged += 1;
      const held = judgeWindow(baseline, window, level, FLOORS);
      if (held.verdict === 'drift') pagedAboveFloor += 1;
      if (held.columns.some((c) => c.notable)) notable += 1;
    }
    // Three standard errors above the level; the seed is fixed, so this holds or does not.
    expect(paged / windows).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / windows));
    expect(pagedAboveFloor / windows).toBeLessThanOrEqual(0.02);
    expect(notable / windows).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / windows));
  });
});

/** Numbers with so few values in the baseline that each is counted: most of their new values are as old as the others. */
const FEW: World = {
  continuous: normal,
  rounded: (r) => Math.round(normal(r) * 20),
  tail: (r) => Math.round(3 * Math.exp(1.2 * normal(r))),
  ranks: (r) => Math.floor(501 ** r()),
  even: (r) => Math.floor(r() * 150),
  thirds: (r) => Math.floor(r() * 40) / 3,
};

test.each([150, 600])(
  'stationary, few values of %i rows: hardly ever a page, whichever rows the baseline has',
  (rows) => {
    const [level, worlds] = [0.01, 200];
    let [paged, notable] = [0, 0];
    for (let i = 0; i < worlds; i += 1) {
      const random = seeded(rows * 1000 + i);
      const baseline = baselineOf(rowsOf(FEW, rows, random));
      const window = windowOf(baseline, FEW, [100, 300, 1000, 3000][i % 4] ?? 0, random);
      const { verdict, columns } = judgeWindow(baseline, window, level, FLOORS);
      if (verdict === 'drift') paged += 1;
      if (columns.some((c) => c.notable)) notable += 1;
    }
    expect(paged / worlds).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / worlds));
    expect(notable / worlds).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / worlds));
  },
);

test('a shift too small to matter pages nobody, however many rows there are', () => {
  const random = seeded(5);
  const world: World = { x: normal };
  const baseline = baselineOf(rowsOf(world, 50_000, random));
  const window = windowOf(baseline, { x: (r) => normal(r) + 0.05 }, 200_000, random);
  const found = judgeWindow(baseline, window, 1e-4, FLOORS);
  expect(found.columns.find((c) => c.column === 'x')?.p).toBeLessThan(1e-10);
  expect(found.verdict).toBe('ok');
});

describe('finds, at the level of hourly checks and one false page a year', () => {
  const ALPHA = 1 / 8766;
  const changes: Readonly<Record<string, World>> = {
    'a shift of 1.5 floors': { x0: (r) => normal(r) + 0.45 },
    'a unit: 1.6 times as much': { x3: (r) => Math.floor(r() * 12) * 1.609 },
    'prices that rose by a twentieth': { x3: (r) => Math.floor(r() * 12) * 1.05 },
    'a spread of 1.6 times': { x0: (r) => normal(r) * 1.6 },
    'a scale of 1000 times': { x1: (r) => 1000 * Math.exp(1.5 * normal(r)) },
    'values that are missing': { x0: (r) => (r() < 0.08 ? null : normal(r)) },
    'a new category': { x6: (r) => (r() < 0.1 ? 'brand-new' : category(r, 20)) },
    'a column gone constant': { x9: () => 1 },
    'categories that changed places': { x5: (r) => (r() < 0.6 ? 'true' : 'false') },
  };
  const baseline = baselineOf(rowsOf(WORLD, 10_000, seeded(3)));

  test.each(Object.entries(changes))('%s', (_, change) => {
    const [changed] = Object.keys(change);
    const n = 500;
    let found = 0;
    for (let i = 0; i < 20; i += 1) {
      const window = windowOf(baseline, { ...WORLD, ...change }, n, seeded(i));
      const { verdict, columns } = judgeWindow(baseline, window, ALPHA, FLOORS);
      if (verdict === 'drift' && columns[0]?.column === changed) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(18);
  });
});
