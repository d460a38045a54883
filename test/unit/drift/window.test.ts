import { describe, expect, test } from 'vitest';
import type { ColumnProfile } from '../../../shared/domain/data/profile.ts';
import { PREDICTION } from '../../../shared/domain/drift/baseline.ts';
import type { NumericWindow, Window } from '../../../shared/domain/drift/window.ts';
import { WindowCounter } from '../../../shared/domain/drift/window.ts';
import { baselineOf, categoricalProfile, numericProfile } from '../../fixtures/drift-rows.ts';

const counted = (profile: ColumnProfile, values: readonly unknown[], from?: Window) => {
  const counter = new WindowCounter({ ...baselineOf([]), features: { x: profile } }, from);
  for (const x of values) counter.add({ features: { x } }, PREDICTION);
  return counter.window();
};
const numbers = (profile: ColumnProfile, values: readonly unknown[], from?: Window) =>
  counted(profile, values, from).columns.x as NumericWindow;
const MANY = Array.from({ length: 1000 }, (_, i) => i / 10);

describe('a number with few values', () => {
  const PRICES = numericProfile([10, 20, 20, 50]);

  test('what equals none of them is unseen, wherever it lies', () => {
    const { counts, unseen } = numbers(PRICES, [10, 15, 20, 9, 50, 50.5, 75]);
    expect(counts).toEqual([1, 2, 1, 2, 1]);
    expect(unseen).toEqual([1, 1, 0, 1, 1]);
  });

  test('what was rounded, or sent in 32 bits, is its value, in its own bin', () => {
    const fractions = numericProfile([0.1, 0.3, 0.7]);
    const { counts, unseen } = numbers(fractions, [0.1 + 0.2, 0.7 - 1e-12, ...[0.1, 0.3, 0.7].map(Math.fround)]);
    expect(counts).toEqual([0, 1, 2, 2, 0]);
    expect(unseen).toEqual([0, 0, 0, 0, 0]);
  });

  test('a window from before new values were counted goes on', () => {
    const { unseen: _, winsorisedSum: __, ...old } = numbers(PRICES, [10, 20]);
    const from = { rows: 2, columns: { x: old } };
    expect(numbers(PRICES, [15], from)).toMatchObject({ counts: [0, 2, 1, 0, 0], unseen: [0, 1, 0, 0, 0], sum: 45 });
  });
});

test('a number with many values: the one at an edge is in its bin however it was rounded, and the largest in the last', () => {
  const profile = numericProfile(MANY);
  const [edge = 0, largest = 0] = [profile.edges[7], profile.edges.at(-1)];
  const { counts, unseen } = numbers(profile, [edge - 1e-12, edge, largest * (1 + 1e-12), largest + 1]);
  expect([counts[8], counts.at(-2), counts.at(-1)]).toEqual([2, 1, 1]);
  expect(unseen).toBeUndefined();
});

test('sums stay finite, and one wild value is taken as ten standard deviations away', () => {
  const profile = numericProfile(MANY);
  const huge = numbers(profile, [Number.MAX_VALUE, Number.MAX_VALUE, 1e200, 50]);
  expect(huge.sum / 3e100).toBeCloseTo(1, 12);
  expect(huge.sumOfSquares / 3e200).toBeCloseTo(1, 12);
  const [mean, stddev] = [profile.mean ?? 0, profile.stddev ?? 0];
  expect(numbers(profile, [1e6, -1e6, -1e6, 40]).winsorisedSum).toBeCloseTo(3 * mean - 10 * stddev + 40, 9);
});

test('a text of spaces is no number, and a feature that was not sent is missing whatever its name', () => {
  expect(numbers(numericProfile(MANY), ['', ' ', '7', null])).toMatchObject({ invalid: 2, nulls: 1, sum: 7 });
  const odd = { ...baselineOf([]), features: { constructor: categoricalProfile(['a']) } };
  const counter = new WindowCounter(odd);
  counter.add({ features: {} }, PREDICTION);
  expect(counter.window().columns.constructor).toMatchObject({ nulls: 1, counts: {} });
});

describe('a text', () => {
  test('an empty one is a value', () => {
    const { columns } = counted(categoricalProfile(['', 'a']), ['', 'a', null]);
    expect(columns.x).toMatchObject({ nulls: 1, counts: { '': 1, a: 1 } });
  });

  test('a new one is kept cut, a known one whole', () => {
    const known = 'k'.repeat(200);
    const { columns } = counted(categoricalProfile([known]), [known, 'n'.repeat(50_000)]);
    expect(columns.x).toMatchObject({ counts: { [known]: 1, [`${'n'.repeat(79)}…`]: 1 } });
  });
});
