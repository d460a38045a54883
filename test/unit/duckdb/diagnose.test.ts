import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type BinaryDiagnosis,
  type Diagnosis,
  type RegressionDiagnosis,
  ratesAt,
  wilsonInterval,
} from '../../../shared/domain/build/diagnosis.ts';
import { foldClasses } from '../../../shared/domain/build/fold-classes.ts';
import { contractFor, workbench } from './engine-fixture.ts';

const columns = (y: 'boolean' | 'number') => ({ n: { type: 'integer' }, y: { type: y } });
const BINARY = contractFor({ target: 'y', id: 'n', columns: columns('boolean') });
const REGRESSION = contractFor({
  ...{ task: 'regression', metric: 'rmse', target: 'y', id: 'n', columns: columns('number') },
});

async function diagnosed<D extends Diagnosis>(y: readonly number[], p: readonly number[], kind: D['kind']): Promise<D> {
  using bench = workbench();
  const label = (v: number) => (kind === 'binary' ? v === 1 : `${v}::DOUBLE`);
  const values = y.map((v, i) => `('[${i}]', ${label(v)})`);
  await bench.parquet('test.parquet', `SELECT * FROM (VALUES ${values.join(', ')}) AS t(__id, y)`);
  const lines = p.map((prediction, i) => JSON.stringify({ id: `[${i}]`, SageMakerOutput: { prediction } }));
  writeFileSync(bench.path('out.jsonl'), `${lines.join('\n')}\n`);
  const contract = kind === 'binary' ? BINARY : REGRESSION;
  const found = await bench.engine.diagnose([bench.path('test.parquet')], [bench.path('out.jsonl')], contract);
  expect(found.kind).toBe(kind);
  return found as D;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const closeTo = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, x] of wanted.entries()) expect(found[i], `at ${i}`).toBeCloseTo(x, 12);
};

// The constants of this file come from scikit-learn 1.9.1 and numpy 2.4.6, for the very same rows.
describe('a binary model', () => {
  test('few predictions: every one is a threshold, as roc_curve and precision_recall_curve (drop_intermediate=False) have them', async () => {
    const p = range(24).map((i) => ((i * 7) % 11) / 10);
    const y = range(24).map((i) => (((i * 5) % 12) / 10 < (p[i] ?? 0) ? 1 : 0));
    const found = await diagnosed<BinaryDiagnosis>(y, p, 'binary');
    const rates = found.thresholds.map((t) => ratesAt(t, found));
    expect(found.thresholds.map((t) => t.threshold)).toEqual([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0]);
    closeTo(
      rates.map((r) => r.recall),
      TPR,
    );
    closeTo(
      rates.map((r) => r.falsePositiveRate),
      FPR,
    );
    closeTo(
      rates.map((r) => r.precision),
      PRECISION,
    );
    // A probability of exactly 0.5 is told true, as it is for accuracy.
    const { truePositives, falsePositives } = found.confusion;
    expect(found.thresholds[5]).toEqual({ threshold: 0.5, truePositives, falsePositives });
  });

  test('rows of one probability are never parted: calibration with many ties', async () => {
    const p = range(41).map((i) => ((i * 7) % 9) / 8);
    const y = range(41).map((i) => (((i * 5) % 12) / 12 < (p[i] ?? 0) ? 1 : 0));
    const { calibration } = await diagnosed<BinaryDiagnosis>(y, p, 'binary');
    closeTo(
      calibration.map((b) => b.observed),
      [0, 0, 0.25, 0.6, 0.5, 0.6, 0.75, 0.8, 1],
    );
    closeTo(
      calibration.map((b) => b.predicted),
      [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
    );
  });

  const p = range(1000).map((i) => ((i * 7919) % 997) / 997);
  const y = range(1000).map((i) => (((i * 31) % 100) / 100 < (p[i] ?? 0) ? 1 : 0));

  test('many predictions: at most 200 points, each on the curve, from end to end', async () => {
    const found = await diagnosed<BinaryDiagnosis>(y, p, 'binary');
    expect(found.thresholds.length).toBeLessThanOrEqual(200);
    expect(found.thresholds.length).toBeGreaterThan(150);
    for (const { threshold, truePositives, falsePositives } of found.thresholds) {
      const told = y.filter((_, i) => (p[i] ?? 0) >= threshold);
      expect([truePositives, falsePositives]).toEqual([
        told.filter((v) => v === 1).length,
        told.filter((v) => v === 0).length,
      ]);
    }
    expect(found.thresholds[0]?.threshold).toBe(Math.max(...p));
    const { truePositives, falsePositives } = found.thresholds.at(-1) ?? {};
    expect([truePositives, falsePositives]).toEqual([found.positives, 1000 - found.positives]);
  });

  test('calibration, as calibration_curve(n_bins=10, strategy="quantile"), and the confusion matrix at 0.5', async () => {
    const { calibration, confusion, rows, positives } = await diagnosed<BinaryDiagnosis>(y, p, 'binary');
    closeTo(
      calibration.map((b) => b.observed),
      OBSERVED,
    );
    closeTo(
      calibration.map((b) => b.predicted),
      PREDICTED,
    );
    expect(calibration.reduce((sum, b) => sum + b.rows, 0)).toBe(1000);
    expect({ rows, positives, confusion }).toEqual(CONFUSION);
  });

  test('one prediction for all, and one class only', async () => {
    const found = await diagnosed<BinaryDiagnosis>([1, 1, 1], [0.25, 0.25, 0.25], 'binary');
    expect(found.thresholds).toEqual([{ threshold: 0.25, truePositives: 3, falsePositives: 0 }]);
    expect(found.calibration).toEqual([{ rows: 3, predicted: 0.25, observed: 1 }]);
  });
});

describe('a regression', () => {
  test('by tenths of the predictions: means and residuals, as numpy has them', async () => {
    const p = range(1000).map((i) => ((i * 7919) % 997) / 10);
    const y = range(1000).map((i) => (p[i] ?? 0) + (((i * 613) % 101) - 50) / 7);
    const { rows, calibration, residuals } = await diagnosed<RegressionDiagnosis>(y, p, 'regression');
    expect(rows).toBe(1000);
    expect(calibration.map((b) => b.rows)).toEqual(new Array(10).fill(100));
    const { predicted, actual, low, median, high } = calibration[0] ?? {};
    closeTo(
      [predicted, actual, low, median, high].map(Number),
      [4.851, 4.619571428571429, -5.585714285714285, 0.2142857142857144, 6.014285714285715],
    );
    const { edges, counts, below, above } = residuals;
    const errors = p.map((v, i) => v - (y[i] ?? 0));
    expect(counts).toEqual(
      edges.slice(0, -1).map((edge, i) => {
        const upper = edges[i + 1] ?? Number.NaN;
        return errors.filter((e) => e >= edge && (i === edges.length - 2 ? e <= upper : e < upper)).length;
      }),
    );
    expect(counts.reduce((a, b) => a + b, 0) + below + above).toBe(1000);
    expect(below + above).toBeLessThanOrEqual(20);
  });
});

describe('a multiclass model', () => {
  const classes = ['a', "b'", 'c'];
  const CLASSES = contractFor({
    ...{ task: 'multiclass', metric: 'logloss', target: 'y', id: 'n' },
    columns: { n: { type: 'integer' }, y: { type: 'string', values: classes } },
  });

  test('how often each class is told to be each, and how often so probable an answer is right', async () => {
    using bench = workbench();
    const y = range(60).map((i) => classes[i % 3] ?? '');
    const answers = range(60).map((i) => {
      const told = classes[i % 5 === 0 ? (i + 1) % 3 : i % 3] ?? '';
      const p = i < 30 ? 0.5 : 0.8;
      return {
        prediction: told,
        probabilities: Object.fromEntries(classes.map((c) => [c, c === told ? p : (1 - p) / 2])),
      };
    });
    const values = y.map((v, i) => `('[${i}]', '${v.replace("'", "''")}')`);
    await bench.parquet('test.parquet', `SELECT * FROM (VALUES ${values.join(', ')}) AS t(__id, y)`);
    const lines = answers.map((answer, i) => JSON.stringify({ id: `[${i}]`, SageMakerOutput: answer }));
    writeFileSync(bench.path('out.jsonl'), `${lines.join('\n')}\n`);
    const found = await bench.engine.diagnose([bench.path('test.parquet')], [bench.path('out.jsonl')], CLASSES);
    const times = (is: string, told: string) => y.filter((v, i) => v === is && answers[i]?.prediction === told).length;
    expect(found).toMatchObject({
      ...{ kind: 'multiclass', rows: 60, classes },
      confusion: classes.map((is) => classes.map((told) => times(is, told))),
      calibration: [
        { rows: 30, predicted: 0.5, observed: 0.8 },
        { rows: 30, predicted: 0.8, observed: 0.8 },
      ],
    });
  });

  test('of very many classes, the rarest are put together', () => {
    const names = range(30).map((i) => `class ${i}`);
    const counts = names.map((_, i) => ({ is: i, told: (i + 1) % 30, rows: i + 1 }));
    const { classes: shown, confusion } = foldClasses(names, counts);
    expect(shown).toEqual([...names.slice(15), 'all other classes']);
    expect(confusion.flat().reduce((a, b) => a + b)).toBe((30 * 31) / 2);
    expect(confusion.at(-1)?.[0]).toBe(15);
    expect(confusion[14]?.at(-1)).toBe(30);
  });
});

test('the interval of a share, as scipy.stats.binomtest(7, 20).proportion_ci(method="wilson")', () => {
  const [low, high] = wilsonInterval(7 / 20, 20);
  expect(low).toBeCloseTo(0.1811918, 6);
  expect(high).toBeCloseTo(0.5671457, 6);
  expect(wilsonInterval(0, 10)[0]).toBe(0);
  expect(wilsonInterval(1, 10)[1]).toBeCloseTo(1, 12);
});
const TPR = [
  0.1111111111111111, 0.3333333333333333, 0.4444444444444444, 0.6666666666666666, 0.7777777777777778,
  0.7777777777777778, 0.8888888888888888, 0.8888888888888888, 1.0, 1.0, 1.0,
];
const FPR = [
  0.06666666666666667, 0.06666666666666667, 0.13333333333333333, 0.2, 0.26666666666666666, 0.4, 0.4666666666666667, 0.6,
  0.6666666666666666, 0.8, 1.0,
];
const PRECISION = [
  0.5, 0.75, 0.6666666666666666, 0.6666666666666666, 0.6363636363636364, 0.5384615384615384, 0.5333333333333333,
  0.47058823529411764, 0.47368421052631576, 0.42857142857142855, 0.375,
];
const OBSERVED = [0.04, 0.16, 0.27, 0.33, 0.45, 0.58, 0.64, 0.76, 0.86, 0.95];
const PREDICTED = [
  0.04865596790371113, 0.1489468405215647, 0.24924774322968904, 0.34954864593781343, 0.44984954864593774,
  0.5501504513540623, 0.6504513540621866, 0.7507522567703109, 0.8509027081243733, 0.9497793380140422,
];
const CONFUSION = {
  rows: 1000,
  positives: 504,
  confusion: { trueNegatives: 375, falsePositives: 121, falseNegatives: 125, truePositives: 379 },
};
