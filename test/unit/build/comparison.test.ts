import { describe, expect, it } from 'vitest';
import { compareOnRows, type PairedRows, percentileInterval } from '../../../shared/domain/build/comparison.ts';
import { METRICS } from '../../../shared/domain/build/metrics.ts';
import { randomWords, xoshiro128 } from '../../../shared/domain/random.ts';

/** 400 rows with many equal predictions, from whole-number arithmetic that NumPy does alike. */
const hash = (i: number, k: number) =>
  (Math.floor(((i * 2654435761 + k * 40503) % 2 ** 32) / 65536) * 31 + i * 17 * k) % 1000;
const build = (of: (i: number) => number) => Float64Array.from({ length: 400 }, (_, i) => of(i));
const label = (i: number) => (hash(i, 1) < 300 ? 1 : 0);
const atMost1 = (x: number) => Math.min(1, Math.floor(x / 10) / 100);
const predictions = {
  challenger: build((i) => atMost1(hash(i, 2) * 0.7 + label(i) * 250)),
  champion: build((i) => atMost1(hash(i, 3) * 0.8 + label(i) * 150)),
};
const binary: PairedRows = { labels: build(label), ...predictions };
const regression: PairedRows = { labels: build((i) => label(i) * 3 + hash(i, 4) / 500), ...predictions };

/** Three classes, of which the true one is given more weight. */
const classOf = (i: number) => hash(i, 1) % 3;
const told = (k: number, skill: number) => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const weights = [0, 1, 2].map((c) => 1 + (hash(i, k + c) % 9) + (c === classOf(i) ? skill : 0));
    const sum = weights.reduce((a, w) => a + w, 0);
    return { place: weights.indexOf(Math.max(...weights)), ofTruth: (weights[classOf(i)] as number) / sum };
  });
  return {
    places: Float64Array.from(rows, (row) => row.place),
    ofTruth: Float64Array.from(rows, (row) => row.ofTruth),
  };
};
const [mine, theirs] = [told(2, 6), told(5, 3)];
const classes: PairedRows = {
  ...{ labels: build(classOf), challenger: mine.places, champion: theirs.places },
  ofTruth: { challenger: mine.ofTruth, champion: theirs.ofTruth },
};

/**
 * NumPy 2, SciPy and scikit-learn 1.8 (f1_score with average="macro" over the labels that occur): the differences exactly (AUC by scipy.stats.rankdata), the ends of the interval as np.percentile of 20,000
 * resamples from another generator.
 */
const REFERENCE = [
  ['auc', binary, 0.1818033709529311, 0.10724, 0.25804],
  ['logloss', binary, 0.16169933294733252, 0.10505, 0.21742],
  ['brier', binary, 0.06889775000000004, 0.04463, 0.09337],
  ['accuracy', binary, 0.11750000000000005, 0.0525, 0.1825],
  ['rmse', regression, 0.026540538430233962, -0.00276, 0.05555],
  ['mae', regression, -0.0012150000000001882, -0.03031, 0.02851],
  ['r2', regression, 0.04851676549987416, -0.00549, 0.10018],
  ['logloss', classes, 0.16803525476768477, 0.13081, 0.20535],
  ['accuracy', classes, 0.23749999999999993, 0.1825, 0.2925],
  ['macro_f1', classes, 0.2375438200043798, 0.18225, 0.29314],
] as const;

describe('the comparison on the same rows', () => {
  it.each(REFERENCE)('of %s is as NumPy has it', (metric, rows, difference, low, high) => {
    const found = compareOnRows(metric, rows, { margin: 0.01, seed: 5, resamples: 20_000 });
    expect(found).toMatchObject({ margin: 0.01, seed: 5, resamples: 20_000, level: 0.95 });
    expect(found?.difference).toBeCloseTo(difference, 12);
    // Two sets of 20,000 draws differ by less than 5% of the interval's width at an end.
    const tolerance = 0.05 * (high - low);
    expect(Math.abs((found?.low ?? Number.NaN) - low)).toBeLessThan(tolerance);
    expect(Math.abs((found?.high ?? Number.NaN) - high)).toBeLessThan(tolerance);
  });

  it('covers every metric in that table', () => {
    expect(new Set(REFERENCE.map(([metric]) => metric))).toEqual(new Set(METRICS));
  });

  it('has percentiles as np.percentile has them', () => {
    const values = [3.1, -2, 7, 0.5, 4, 11, -6.25];
    const close = (level: number, ends: readonly number[]) =>
      expect(percentileInterval(values, level).map((end) => Number(end.toFixed(12)))).toEqual(ends);
    close(0.95, [-5.6125, 10.4]);
    close(0.8, [-3.7, 8.6]);
    expect(percentileInterval([4], 0.95)).toEqual([4, 4]);
  });

  it('draws by xoshiro128**, whose first numbers are known', () => {
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 6 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  it('has no value where the metric has none', () => {
    const one = { ...binary, labels: binary.labels.map(() => 1) };
    expect(compareOnRows('auc', one, { margin: 0, seed: 1 })).toBeUndefined();
    const flat = { ...regression, labels: regression.labels.map(() => 2) };
    expect(compareOnRows('r2', flat, { margin: 0, seed: 1 })).toBeUndefined();
  });

  it('leaves out draws of one class only, and says how many were left', () => {
    const labels = Float64Array.of(1, 0, 0, 0, 0);
    const challenger = Float64Array.of(0.9, 0.1, 0.2, 0.3, 0.4);
    const champion = Float64Array.of(0.25, 0.1, 0.2, 0.3, 0.4);
    const found = compareOnRows('auc', { labels, challenger, champion }, { margin: 0, seed: 1 });
    // Without the only positive: (4/5)^5 of the draws; nothing but positives: (1/5)^5.
    expect(found?.resamples).toBeGreaterThan(600);
    expect(found?.resamples).toBeLessThan(740);
  });

  it('takes less than 20 s for 60,000 rows on a busy machine', { timeout: 20_000 }, () => {
    const word = randomWords(3);
    const of = () => Float64Array.from({ length: 60_000 }, () => word() / 2 ** 32);
    const rows = { labels: of().map((u) => (u < 0.2 ? 1 : 0)), challenger: of(), champion: of() };
    expect(compareOnRows('auc', rows, { margin: 0, seed: 1 })?.resamples).toBe(1000);
  });
});
