import { describe, expect, test } from 'vitest';
import type { NumericProfile } from '../../../shared/domain/data/profile.ts';
import { histogramPair } from '../../../shared/domain/drift/histogram-pair.ts';

const profile = (edges: readonly number[], counts: readonly number[]): NumericProfile => ({
  ...{ kind: 'numeric', nulls: 0, min: 0, max: 1, mean: 0, stddev: 1 },
  ...{ edges, counts },
});
const window = (counts: readonly number[]) =>
  ({ kind: 'numeric', nulls: 0, invalid: 0, counts, sum: 0, sumOfSquares: 0 }) as const;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);

describe('a number', () => {
  test('few values: one bar each, and what is none of them', () => {
    const unseen = [5, 0, 10, 30, 20];
    const bars = histogramPair(profile([1, 2, 3, 4], [10, 20, 70]), { ...window([5, 10, 15, 50, 20]), unseen });
    expect(bars).toEqual([
      { label: 'below 1', before: 0, now: 0.05 },
      { label: '1', before: 0.1, now: 0.1 },
      { label: '2', before: 0.2, now: 0.05 },
      { label: '3', before: 0.7, now: 0.2 },
      { label: 'above 3', before: 0, now: 0.5 },
      { label: 'between these', before: 0, now: 0.1 },
    ]);
  });

  test('few bins: one bar each, and what lies outside', () => {
    const bars = histogramPair({ ...profile([1, 2, 3, 4], [10, 20, 70]), max: 4 }, window([5, 10, 15, 50, 20]));
    expect(bars).toEqual([
      { label: 'below 1', before: 0, now: 0.05 },
      { label: 'from 1', before: 0.1, now: 0.1 },
      { label: 'from 2', before: 0.2, now: 0.15 },
      { label: 'from 3', before: 0.7, now: 0.5 },
      { label: 'above 4', before: 0, now: 0.2 },
    ]);
  });

  test('many bins: a dozen bars with about equally many rows before, none parted, none lost', () => {
    const counts = range(200).map((i) => 40 + (i % 7));
    const bars = histogramPair(profile(range(201), counts), window([0, ...range(200), 0]));
    expect(bars).toHaveLength(12);
    for (const { before } of bars) expect(before).toBeCloseTo(1 / 12, 1);
    expect(sum(bars.map((b) => b.before))).toBeCloseTo(1, 12);
    expect(sum(bars.map((b) => b.now))).toBeCloseTo(1, 12);
    // The first bar's rows, by its own label and the next one's.
    const next = Number(bars[1]?.label.replace('from ', ''));
    expect(bars[0]?.now).toBeCloseTo(sum(range(next)) / sum(range(200)), 12);
  });

  test('bars whose edges differ late have different names', () => {
    const edges = range(13).map((i) => 1_000_001 + i);
    const many = { ...profile(edges, new Array(12).fill(5)), max: 1_000_013 };
    const bars = histogramPair(many, window(new Array(14).fill(1)));
    expect(new Set(bars.map((b) => b.label)).size).toBe(14);
    expect(bars[1]?.label).toBe('from 1000001');
  });

  test('nearly all rows in one bin, and none anywhere', () => {
    const lopsided = histogramPair(
      profile(range(21), [1000, ...new Array<number>(19).fill(1)]),
      window(new Array(22).fill(1)),
    );
    expect(sum(lopsided.map((b) => b.before))).toBeCloseTo(1, 12);
    expect(sum(lopsided.map((b) => b.now))).toBeCloseTo(1, 12);
    expect(histogramPair(profile([], []), window([0, 0]))).toEqual([]);
  });
});
