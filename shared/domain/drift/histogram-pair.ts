import type { ColumnProfile, NumericProfile } from '../profile.ts';
import { total } from './kolmogorov.ts';
import type { ColumnWindow, NumericWindow } from './window.ts';

/** A bar of each side, as shares of the rows that have a value. */
export interface BarPair {
  readonly label: string;
  readonly before: number;
  readonly now: number;
}

const MOST_BARS = 12;

/** For the eye: a number's range in a dozen pieces of equal width from its 1st to its 99th percentile, a text's most frequent values. */
export const histogramPair = (profile: ColumnProfile, window: ColumnWindow): readonly BarPair[] => {
  if (profile.kind === 'numeric' && window.kind === 'numeric') return numbers(profile, window);
  if (profile.kind === 'categorical' && window.kind === 'categorical') return values(profile.counts, window.counts);
  return [];
};

const numbers = ({ edges, counts }: NumericProfile, window: NumericWindow): readonly BarPair[] => {
  const [low, high] = [quantile(edges, counts, 0.01), quantile(edges, counts, 0.99)];
  const bars = high > low ? MOST_BARS : 1;
  const width = (high - low) / bars || 1;
  const before = new Array<number>(bars).fill(0);
  const now = new Array<number>(bars).fill(0);
  const put = (into: number[], x: number, count: number) => {
    const i = Math.min(bars - 1, Math.max(0, Math.floor((x - low) / width)));
    into[i] = (into[i] ?? 0) + count;
  };
  for (const [i, count] of counts.entries()) put(before, edges[i] ?? 0, count);
  // The first and last count lie outside the edges.
  for (const [i, count] of window.counts.entries()) put(now, i === 0 ? low : (edges[i - 1] ?? high), count);
  return before.map((count, i) => ({
    label: `from ${Number((low + i * width).toPrecision(3))}`,
    before: count / (total(counts) || 1),
    now: (now[i] ?? 0) / (total(window.counts) || 1),
  }));
};

const quantile = (edges: readonly number[], counts: readonly number[], share: number): number => {
  const wanted = share * total(counts);
  let seen = 0;
  for (const [i, count] of counts.entries()) {
    seen += count;
    if (seen >= wanted) return edges[i] ?? 0;
  }
  return edges.at(-1) ?? 0;
};

type Counts = Readonly<Record<string, number>>;
const values = (before: Counts, now: Counts): readonly BarPair[] => {
  const [n, m] = [total(Object.values(before)) || 1, total(Object.values(now)) || 1];
  const share = (counts: Counts, value: string, all: number) =>
    Object.hasOwn(counts, value) ? (counts[value] ?? 0) / all : 0;
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .map((label) => ({ label, before: share(before, label, n), now: share(now, label, m) }))
    .sort((a, b) => Math.max(b.before, b.now) - Math.max(a.before, a.now))
    .slice(0, MOST_BARS);
};
