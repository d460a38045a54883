import { randomWords } from '../random.ts';
import type { Comparison } from '../records.ts';
import type { Metric } from './metrics.ts';
import { type PairedRows, pairedDifference } from './paired-difference.ts';

export type { PairedRows } from './paired-difference.ts';

/** Rows that belong together, such as all of one customer's. */
export interface Groups {
  /** The column by which. */
  readonly by: string;
  readonly count: number;
  /** Of each row: 0, 1, … below `count`. */
  readonly ofRow: Uint32Array;
}

export interface ComparisonOptions {
  readonly margin: number;
  /** The same seed gives the same interval, on every machine. */
  readonly seed: number;
  /** Drawn in place of rows. */
  readonly groups?: Groups | undefined;
  /** Default 1,000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/**
 * The difference between challenger and champion on the same test rows, above 0 where the challenger is better, with its paired
 * bootstrap interval (percentile method: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 *
 * Rows are drawn with replacement, as many as there are, and both models are measured on the very same draw: what makes rows hard for
 * both cancels out, so the interval is much narrower than the two scores' own. AUC is computed anew, by ranks, for each draw. Draws
 * on which the metric has no value (one class only) are left out; `resamples` says how many were not.
 *
 * Rows of one group are alike: each tells less than a row of its own, and drawn one by one they would make the interval too narrow. So
 * groups are drawn, each with all of its rows (cluster bootstrap: Davison & Hinkley, Bootstrap Methods and Their Application, 1997,
 * section 3.8; Field & Welsh, Bootstrapping clustered data, J. R. Statist. Soc. B 69, 2007).
 *
 * @returns undefined where the metric has no value on the rows themselves
 */
export const compareOnRows = (metric: Metric, rows: PairedRows, options: ComparisonOptions): Comparison | undefined => {
  const { margin, seed, groups, resamples = 1000, level = 0.95 } = options;
  const differenceOn = pairedDifference(metric, rows);
  const counts = new Uint32Array(rows.labels.length).fill(1);
  const difference = differenceOn(counts);
  if (!Number.isFinite(difference)) return undefined;
  const word = randomWords(seed);
  const redraw = groups ? groupsDrawn(groups, counts, word) : () => draw(counts, word);
  const drawn: number[] = [];
  for (let i = 0; i < resamples; i += 1) {
    redraw();
    const value = differenceOn(counts);
    if (Number.isFinite(value)) drawn.push(value);
  }
  const [low, high] = percentileInterval(drawn, level);
  const by = groups && { groups: { by: groups.by, count: groups.count } };
  return { difference, low, high, margin, level, resamples: drawn.length, seed, ...by };
};

/** How often each of n comes up in n draws with replacement. */
const draw = (counts: Uint32Array, word: () => number): void => {
  const n = counts.length;
  counts.fill(0);
  for (let i = 0; i < n; i += 1) {
    // Scaling favours none by more than n / 2^32.
    const one = Math.floor((word() * n) / 2 ** 32);
    counts[one] = (counts[one] as number) + 1;
  }
};

/** Each row comes up as often as its group. */
const groupsDrawn = ({ count, ofRow }: Groups, counts: Uint32Array, word: () => number): (() => void) => {
  const times = new Uint32Array(count);
  return () => {
    draw(times, word);
    for (let i = 0; i < counts.length; i += 1) counts[i] = times[ofRow[i] as number] as number;
  };
};

/**
 * The central `level` of the values, between neighbours by linear interpolation (as NumPy's default). Both ends are computed alike
 * from their own side, so that the interval of negated values is the negated interval, to the last bit.
 */
export const percentileInterval = (values: readonly number[], level: number): readonly [number, number] => {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const place = ((1 - level) / 2) * last;
  const i = Math.floor(place);
  const between = (a: number, b: number) => a + (b - a) * (place - i);
  const at = (k: number) => sorted[Math.min(Math.max(k, 0), last)] ?? Number.NaN;
  return [between(at(i), at(i + 1)), between(at(last - i), at(last - i - 1))];
};
