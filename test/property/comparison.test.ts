import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOnRows, type PairedRows } from '../../shared/domain/build/comparison.ts';
import { METRICS } from '../../shared/domain/build/metrics.ts';
import { randomWords } from '../../shared/domain/random.ts';

/** Few values, so that ties are frequent. */
const prediction = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), prediction, prediction), { minLength: 2, maxLength: 60 });
const paired = (drawn: readonly (readonly [number, number, number])[]): PairedRows => ({
  labels: Float64Array.from(drawn, ([y]) => y),
  challenger: Float64Array.from(drawn, ([, a]) => a),
  champion: Float64Array.from(drawn, ([, , b]) => b),
});
/** Macro F1 is of classes: there are such rows of its own below. */
const metric = fc.constantFrom(...METRICS.filter((m) => m !== 'macro_f1'));
const options = (seed: number) => ({ margin: 0, seed, resamples: 50 });
/** 0 and −0 are the same figure. */
const plain = (x: number) => x + 0;

describe('a comparison', () => {
  it('of equal predictions is 0, and so is its interval, to the last bit', () => {
    const check = (m: (typeof METRICS)[number], drawn: Parameters<typeof paired>[0], seed: number) => {
      const { labels, challenger } = paired(drawn);
      const found = compareOnRows(m, { labels, challenger, champion: challenger.slice() }, options(seed));
      if (found) expect([found.difference, found.low, found.high].map(plain)).toEqual([0, 0, 0]);
    };
    fc.assert(fc.property(metric, rows, fc.integer(), check));
  });

  it('with the models swapped is the negative, and so is its interval, to the last bit', () => {
    const check = (m: (typeof METRICS)[number], drawn: Parameters<typeof paired>[0], seed: number) => {
      const { labels, challenger, champion } = paired(drawn);
      const one = compareOnRows(m, { labels, challenger, champion }, options(seed));
      const other = compareOnRows(m, { labels, challenger: champion, champion: challenger }, options(seed));
      expect(one === undefined).toBe(other === undefined);
      if (!one || !other) return;
      const [difference, low, high] = [-other.difference, -other.high, -other.low].map(plain);
      expect([one.difference, one.low, one.high].map(plain)).toEqual([difference, low, high]);
    };
    fc.assert(fc.property(metric, rows, fc.integer(), check));
  });

  it('is the same for the same seed, and has the difference whatever the seed', () => {
    const check = (m: (typeof METRICS)[number], drawn: Parameters<typeof paired>[0], seed: number) => {
      const found = compareOnRows(m, paired(drawn), options(seed));
      expect(compareOnRows(m, paired(drawn), options(seed))).toEqual(found);
      expect(compareOnRows(m, paired(drawn), options(seed + 1))?.difference).toBe(found?.difference);
      if (found) expect(found.low).toBeLessThanOrEqual(found.high);
    };
    fc.assert(fc.property(metric, rows, fc.integer(), check));
  });

  it('by groups of one row is that of the rows, to the last bit', () => {
    const check = (m: (typeof METRICS)[number], drawn: Parameters<typeof paired>[0], seed: number) => {
      const ofRow = Uint32Array.from(drawn.keys());
      const found = compareOnRows(m, paired(drawn), {
        ...options(seed),
        groups: { by: 'c', count: drawn.length, ofRow },
      });
      const plain = compareOnRows(m, paired(drawn), options(seed));
      expect(found).toEqual(plain && { ...plain, groups: { by: 'c', count: drawn.length } });
    };
    fc.assert(fc.property(metric, rows, fc.integer(), check));
  });

  it('learns nothing from rows that are there more than once, where they are one group', () => {
    const check = (m: (typeof METRICS)[number], drawn: Parameters<typeof paired>[0], seed: number, times: number) => {
      const repeated = Array.from({ length: times }, () => drawn).flat();
      const ofRow = Uint32Array.from(repeated, (_, i) => i % drawn.length);
      const groups = { by: 'c', count: drawn.length, ofRow };
      const found = compareOnRows(m, paired(repeated), { ...options(seed), groups });
      const once = compareOnRows(m, paired(drawn), options(seed));
      expect(found?.low ?? 0).toBeCloseTo(once?.low ?? 0, 6);
      expect(found?.high ?? 0).toBeCloseTo(once?.high ?? 0, 6);
    };
    // R² of a spread that is all but 0 is all rounding.
    const stable = metric.filter((m) => m !== 'r2');
    fc.assert(fc.property(stable, rows, fc.integer(), fc.integer({ min: 2, max: 4 }), check));
  });

  it('of classes is 0 where they are equal, and the negative with the models swapped', () => {
    const place = fc.integer({ min: 0, max: 3 });
    const half = fc.tuple(place, fc.double({ min: 0, max: 1, noNaN: true }));
    const classRows = fc.array(fc.tuple(place, half, half), { minLength: 1, maxLength: 60 });
    const check = (m: 'logloss' | 'accuracy' | 'macro_f1', drawn: [number, [number, number], [number, number]][]) => {
      const of = (side: 1 | 2, i: 0 | 1) => Float64Array.from(drawn, (row) => row[side][i]);
      const labels = Float64Array.from(drawn, ([y]) => y);
      const held = (a: 1 | 2, b: 1 | 2) =>
        compareOnRows(
          m,
          { labels, challenger: of(a, 0), champion: of(b, 0), ofTruth: { challenger: of(a, 1), champion: of(b, 1) } },
          options(3),
        );
      const [one, other, same] = [held(1, 2), held(2, 1), held(1, 1)];
      expect([same?.difference, same?.low, same?.high].map((x) => plain(Number(x)))).toEqual([0, 0, 0]);
      expect(one?.difference).toBeCloseTo(-Number(other?.difference), 12);
      expect(one?.low).toBeCloseTo(-Number(other?.high), 12);
    };
    fc.assert(fc.property(fc.constantFrom('logloss', 'accuracy', 'macro_f1'), classRows, check));
  });

  it('has the AUC of counting every pair', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels, challenger, champion } = paired(drawn);
        const expected = countPairs(labels, challenger) - countPairs(labels, champion);
        const found = compareOnRows('auc', { labels, challenger, champion }, options(1));
        if (Number.isNaN(expected)) expect(found).toBeUndefined();
        else expect(found?.difference).toBeCloseTo(expected, 12);
      }),
    );
  });
});

const countPairs = (labels: Float64Array, predictions: Float64Array): number => {
  let [won, pairs] = [0, 0];
  for (const [i, p] of predictions.entries())
    for (const [j, q] of predictions.entries())
      if (labels[i] === 1 && labels[j] === 0) {
        pairs += 1;
        won += p > q ? 1 : p === q ? 0.5 : 0;
      }
  return won / pairs;
};

/** Simulated: shared difficulty of a row, each model's own noise; the truth is the difference on 400,000 rows. */
describe('the interval, over 300 simulated test sets of 400 rows', () => {
  const simulate = (seed: number, n: number, gain: number): PairedRows => {
    const word = randomWords(seed);
    const normal = () => Math.sqrt(-2 * Math.log((word() + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * word()) / 2 ** 32);
    const drawn = Array.from({ length: n }, () => {
      const y = word() / 2 ** 32 < 0.25 ? 1 : 0;
      const shared = normal();
      const model = (signal: number) => 1 / (1 + Math.exp(-(signal * y + shared + 0.6 * normal() - 1)));
      return [y, model(0.9 + gain), model(0.9)] as const;
    });
    return paired(drawn);
  };
  const intervals = (m: 'auc' | 'logloss', gain: number) =>
    Array.from({ length: 300 }, (_, i) => {
      const found = compareOnRows(m, simulate(i + 1, 400, gain), { margin: 0, seed: i, resamples: 300 });
      if (!found) throw new Error('no value');
      return found;
    });

  it.each(['auc', 'logloss'] as const)('holds the true difference of %s about 95 times in 100', (m) => {
    const truth = compareOnRows(m, simulate(999, 400_000, 0.4), { margin: 0, seed: 1, resamples: 1 })?.difference;
    const held = intervals(m, 0.4).filter(({ low, high }) => low <= (truth ?? Number.NaN) && (truth ?? 0) <= high);
    // 285 expected; a binomial with 300 trials is outside these once in more than 1,000 times.
    expect(held.length).toBeGreaterThan(270);
    expect(held.length).toBeLessThan(298);
  });

  it('seldom finds better what is as good, where rows belong together', () => {
    const each = 10;
    const ofRow = Uint32Array.from({ length: 500 }, (_, i) => Math.floor(i / each));
    const word = randomWords(7);
    const normal = () => Math.sqrt(-2 * Math.log((word() + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * word()) / 2 ** 32);
    /** Each model errs in its own way on each customer, and on each of a customer's rows a little more. */
    const customers = (): PairedRows => {
      const of = (spread: number) => Float64Array.from({ length: 500 / each }, () => spread * normal());
      const [truth, challenger, champion] = [of(1), of(1), of(1)];
      const row = (errors: Float64Array, spread: number) =>
        Float64Array.from(ofRow, (c) => (truth[c] as number) + (errors[c] as number) + spread * normal());
      return { labels: row(of(0), 1), challenger: row(challenger, 0.3), champion: row(champion, 0.3) };
    };
    const promoted = { together: 0, singly: 0 };
    for (let seed = 0; seed < 300; seed += 1) {
      const options = { margin: 0, seed, resamples: 300 };
      const drawn = customers();
      const groups = { by: 'customer', count: 500 / each, ofRow };
      if ((compareOnRows('rmse', drawn, { ...options, groups })?.low ?? 0) > 0) promoted.together += 1;
      if ((compareOnRows('rmse', drawn, options)?.low ?? 0) > 0) promoted.singly += 1;
    }
    // 2.5% of 300 is 7.5.
    expect(promoted.together).toBeLessThan(20);
    expect(promoted.singly, 'what makes it hard').toBeGreaterThan(35);
  });

  it('seldom finds a challenger better that is not, and mostly finds one that is', () => {
    const promoted = (gain: number) => intervals('auc', gain).filter(({ low }) => low > 0).length;
    expect(promoted(0)).toBeLessThan(20);
    expect(promoted(0.6)).toBeGreaterThan(240);
  });
});
