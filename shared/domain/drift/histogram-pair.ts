import { cut } from '../cut.ts';
import { type ColumnProfile, hasBinPerValue, type NumericProfile } from '../data/profile.ts';
import type { BarPair } from './drift-report.ts';
import { total } from './kolmogorov.ts';
import type { ColumnWindow, NumericWindow } from './window.ts';

const MOST_BARS = 12;

/**
 * For the eye: of a number, neighbouring bins of the baseline put together into a dozen bars with about equally many of its rows, and
 * what lies outside of all of them; of a number with few values or a text, its (most frequent) values. Bins are never parted, so that every
 * share is exact.
 */
export const histogramPair = (profile: ColumnProfile, window: ColumnWindow): readonly BarPair[] => {
  if (profile.kind === 'numeric' && window.kind === 'numeric') return numbers(profile, window);
  if (profile.kind === 'categorical' && window.kind === 'categorical') return values(profile.counts, window.counts);
  return [];
};

const numbers = (profile: NumericProfile, window: NumericWindow): readonly BarPair[] => {
  const { edges, counts } = profile;
  const [n, m] = [total(counts) || 1, total(window.counts) || 1];
  const bar = (label: string, before: number, now: number) => ({ label, before: before / n, now: now / m });
  // The window's first and last count lie outside the edges.
  const [below, above] = [window.counts[0] ?? 0, window.counts[counts.length + 1] ?? 0];
  const outside = (word: string, edge: number | undefined, now: number) =>
    now > 0 ? [bar(`${word} ${short(edge)}`, 0, now)] : [];
  const grouped = groups(counts);
  const short = distinctly([...grouped.map(({ from }) => edges[from] ?? 0), edges.at(-1) ?? 0]);
  if (hasBinPerValue(profile) && counts.length <= MOST_BARS) {
    const unseen = (window.unseen ?? []).slice(1, counts.length + 1);
    const between = total(unseen.slice(0, counts.length - 1));
    return [
      ...outside('below', edges[0], below),
      ...counts.map((before, i) => bar(short(edges[i]), before, (window.counts[i + 1] ?? 0) - (unseen[i] ?? 0))),
      ...outside('above', edges.at(-2), above + (unseen.at(-1) ?? 0)),
      ...(between > 0 ? [bar('between these', 0, between)] : []),
    ];
  }
  const inside = grouped.map(({ from, to }) =>
    bar(`from ${short(edges[from])}`, total(counts.slice(from, to)), total(window.counts.slice(from + 1, to + 1))),
  );
  return [...outside('below', edges[0], below), ...inside, ...outside('above', edges.at(-1), above)];
};

/** Writes edges with four digits, or as many as it takes to tell them apart. */
const distinctly = (edges: readonly number[]) => {
  const written = (digits: number) => new Set(edges.map((edge) => Number(edge.toPrecision(digits)))).size;
  const all = new Set(edges).size;
  const digits = [4, 5, 6, 8, 10, 12, 17].find((d) => written(d) === all) ?? 17;
  return (edge: number | undefined) => Number((edge ?? 0).toPrecision(digits)).toString();
};

/** Bins `from` ≤ i < `to`, each about a twelfth of the rows. */
const groups = (counts: readonly number[]): readonly { readonly from: number; readonly to: number }[] => {
  const wanted = counts.length <= MOST_BARS ? 0 : total(counts) / MOST_BARS;
  const found: { from: number; to: number }[] = [];
  let [from, rows] = [0, 0];
  for (const [i, count] of counts.entries()) {
    rows += count;
    if (rows < wanted * (found.length + 1) - 0.5 && i < counts.length - 1) continue;
    found.push({ from, to: i + 1 });
    from = i + 1;
  }
  return found;
};

type Counts = Readonly<Record<string, number>>;
const values = (before: Counts, now: Counts): readonly BarPair[] => {
  const [n, m] = [total(Object.values(before)) || 1, total(Object.values(now)) || 1];
  const share = (counts: Counts, value: string, all: number) =>
    Object.hasOwn(counts, value) ? (counts[value] ?? 0) / all : 0;
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .map((label) => ({ label, before: share(before, label, n), now: share(now, label, m) }))
    .sort((a, b) => Math.max(b.before, b.now) - Math.max(a.before, a.now))
    .slice(0, MOST_BARS)
    .map((bar) => ({ ...bar, label: cut(bar.label) }));
};
