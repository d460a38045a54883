import { cut } from '../cut.ts';
import { type CategoricalProfile, type ColumnProfile, hasBinPerValue, type NumericProfile } from '../data/profile.ts';
import { frequentCells, neighbouringCells } from './cells.ts';
import type { ColumnDrift, ColumnFigures, TestResult } from './column-drift.ts';
import { chiSquare, compareShares } from './contingency.ts';
import { ksDistance, ksTail, total } from './kolmogorov.ts';
import { psiBeyondChance } from './psi.ts';
import type { CategoricalWindow, ColumnWindow, NumericWindow } from './window.ts';

/** Changes smaller than these page nobody. As the definition's `monitoring.effectFloor`. */
export interface EffectFloors {
  readonly psi: number;
  readonly sigmas: number;
  readonly share: number;
}

/** A test before it is corrected for all the others. */
export type RawTest = Pick<TestResult, 'test' | 'statistic' | 'p' | 'effect'>;

/** One column of baseline and window, compared by every test that there are rows for. */
export type Comparison = Pick<ColumnDrift, 'kind' | 'psi' | 'sigmas' | 'before' | 'now' | 'newValues' | 'newShare'> & {
  readonly tests: readonly RawTest[];
};

/** @param rows of the baseline that the profile counts, nulls too */
export const compareColumn = (profile: ColumnProfile, window: ColumnWindow, floors: EffectFloors): Comparison => {
  if (profile.kind === 'numeric' && window.kind === 'numeric') return compareNumbers(profile, window, floors);
  if (profile.kind === 'categorical' && window.kind === 'categorical') return compareValues(profile, window, floors);
  throw new Error(`a ${window.kind} window cannot be compared with a ${profile.kind} baseline`);
};

const compareNumbers = (profile: NumericProfile, window: NumericWindow, floors: EffectFloors): Comparison => {
  const all = { baseline: [0, ...profile.counts, 0], window: window.counts };
  const [n, m] = [total(all.baseline), total(all.window)];
  const mean = m === 0 ? null : window.sum / m;
  const winsorised = m === 0 ? null : (window.winsorisedSum ?? window.sum) / m;
  const stddev = mean === null ? null : Math.sqrt(Math.max(0, window.sumOfSquares / m - mean * mean));
  const cells = neighbouringCells(all);
  const psi = psiBeyondChance(cells.baseline, cells.window);
  const sigmas = inSigmas(mean, profile);
  const effect = numericEffect(psi, inSigmas(winsorised, profile), floors);
  const unseen = total(window.unseen ?? []);
  const distance = ksDistance(all.baseline, all.window);
  const shape = chiSquare(cells.baseline, cells.window);
  return {
    kind: 'numeric',
    psi,
    ...(sigmas !== undefined && { sigmas }),
    ...(unseen > 0 && { newShare: unseen / m }),
    before: figures(n, profile.nulls, { mean: profile.mean, stddev: profile.stddev }),
    now: figures(m, missingIn(window), { mean, stddev }),
    tests: [
      ...(n > 0 && m > 0 ? [{ test: 'ks', statistic: distance, p: ksTail(distance, n, m), effect } as const] : []),
      ...(shape ? [{ test: 'shape', ...shape, effect } as const] : []),
      ...(hasBinPerValue(profile) && n > 0 && m > 0 ? [newValuesTest(profile.counts, n, unseen, m, floors)] : []),
      missingTest(profile.nulls, n, missingIn(window), m, floors),
    ],
  };
};

/** How far a mean lies from the baseline's; undefined where a double cannot say. */
const inSigmas = (mean: number | null, profile: NumericProfile): number | undefined => {
  if (mean === null || profile.mean === null || !profile.stddev) return undefined;
  const sigmas = (mean - profile.mean) / profile.stddev;
  return Number.isFinite(sigmas) ? sigmas : undefined;
};

/**
 * The one of the two measures that goes further beyond its floor.
 * @param sigmas of the winsorised mean: the tests of significance hardly see a single wild row, so it must not supply the effect either
 */
const numericEffect = (psi: number, sigmas: number | undefined, floors: EffectFloors): TestResult['effect'] => {
  const moved = Math.abs(sigmas ?? 0);
  return moved / floors.sigmas > psi / floors.psi
    ? { measure: 'sigmas', value: moved, floor: floors.sigmas }
    : { measure: 'psi', value: psi, floor: floors.psi };
};

const compareValues = (profile: CategoricalProfile, window: CategoricalWindow, floors: EffectFloors): Comparison => {
  const values = Object.keys(profile.counts);
  const unseen = Object.entries(window.counts).filter(([v]) => !Object.hasOwn(profile.counts, v));
  const beyond = total(unseen.map(([, c]) => c)) + window.other;
  const all = {
    baseline: [...values.map((v) => profile.counts[v] ?? 0), profile.other],
    window: [...values.map((v) => (Object.hasOwn(window.counts, v) ? (window.counts[v] ?? 0) : 0)), beyond],
  };
  const [n, m] = [total(all.baseline), total(all.window)];
  const cells = frequentCells(all);
  const psi = psiBeyondChance(cells.baseline, cells.window);
  const categories = chiSquare(cells.baseline, cells.window);
  const effect = { measure: 'psi', value: psi, floor: floors.psi } as const;
  return {
    kind: 'categorical',
    psi,
    before: figures(n, profile.nulls, { top: topOf(Object.entries(profile.counts), n) }),
    now: figures(m, missingIn(window), { top: topOf(Object.entries(window.counts), m) }),
    ...(beyond > 0 && profile.other === 0 && { newValues: topOf(unseen, m) }),
    tests: [
      ...(categories ? [{ test: 'categories', ...categories, effect } as const] : []),
      ...(profile.other === 0 && n > 0 && m > 0
        ? [newValuesTest(Object.values(profile.counts), n, beyond, m, floors)]
        : []),
      missingTest(profile.nulls, n, missingIn(window), m, floors),
    ],
  };
};

/**
 * Rows with values that the baseline never saw. Where values come and go, some are new in every window: their share is about that of
 * the values seen once (Good 1953), so it is this that the window's is compared with. As an estimate that is as uncertain as a sample
 * smaller than the baseline: the values seen twice are in its variance too (Esty 1983). Fewer new values than that are no change: the
 * known ones that came instead are counted by themselves. Numbers of few values are held to it as well: what lies between two of them
 * is in the bin of the lower one, where no other test sees it.
 */
const newValuesTest = (counts: readonly number[], n: number, beyond: number, m: number, { share }: EffectFloors) => {
  const seen = (times: number) => counts.filter((c) => c === times).length;
  const [once, twice] = [seen(1), seen(2)];
  const smaller = 1 + (2 * twice) / Math.max(1, once * (1 - once / n));
  const { p } = compareShares(Math.round(once / smaller), Math.round(n / smaller), beyond, m);
  const statistic = beyond / m - once / n;
  const effect = { measure: 'share', value: Math.max(0, statistic), floor: share } as const;
  return { test: 'new-values', statistic, p, effect } as const;
};

const missingTest = (before: number, n: number, now: number, m: number, floors: EffectFloors) =>
  ({ test: 'missing', ...shares(before, before + n, now, now + m, floors) }) as const;

const shares = (k: number, n: number, l: number, m: number, { share }: EffectFloors) => {
  const tested = compareShares(k, n, l, m);
  return { ...tested, effect: { measure: 'share', value: Math.abs(tested.statistic), floor: share } as const };
};

const missingIn = ({ nulls, invalid }: ColumnWindow): number => nulls + invalid;

const figures = (present: number, missing: number, more: Partial<ColumnFigures>): ColumnFigures => ({
  rows: present + missing,
  missing: present + missing === 0 ? 0 : missing / (present + missing),
  ...more,
});

const TOP = 5;
const topOf = (counts: readonly (readonly [string, number])[], all: number) =>
  [...counts]
    .sort(([v, a], [w, b]) => b - a || (v < w ? -1 : 1))
    .slice(0, TOP)
    .map(([value, count]) => ({ value: cut(value), share: all === 0 ? 0 : count / all }));
