import { randomWords } from '../random.ts';
import type { Comparison } from '../records.ts';
import type { Metric } from './metrics.ts';
import { type PairedRows, pairedDifference } from './paired-difference.ts';

export type { PairedRows } from './paired-difference.ts';

export interface ComparisonOptions {
  readonly margin: number;
  /** The same seed gives the same interval, on every machine. */
  readonly seed: number;
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
 * @returns undefined where the metric has no value on the rows themselves
 */
export const compareOnRows = (metric: Metric, rows: PairedRows, options: ComparisonOptions): Comparison | undefined => {
  const { margin, seed, resamples = 1000, level = 0.95 } = options;
  const n = rows.labels.length;
  const differenceOn = pairedDifference(metric, rows);
  const counts = new Uint32Array(n).fill(1);
  const difference = differenceOn(counts);
  if (!Number.isFinite(difference)) return undefined;
  const word = randomWords(seed);
  const drawn: number[] = [];
  for (let i = 0; i < resamples; i += 1) {
    draw(counts, word);
    const value = differenceOn(counts);
    if (Number.isFinite(value)) drawn.push(value);
  }
  const [low, high] = percentileInterval(drawn, level);
  return { difference, low, high, margin, level, resamples: drawn.length, seed };
};

/** How often each row comes up in n draws with replacement. */
const draw = (counts: Uint32Array, word: () => number): void => {
  const n = counts.length;
  counts.fill(0);
  for (let i = 0; i < n; i += 1) {
    // Scaling favours no row by more than n / 2^32.
    const row = Math.floor((word() * n) / 2 ** 32);
    counts[row] = (counts[row] as number) + 1;
  }
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
