import type { Histogram } from '../data/description.ts';

/** How a model errs on its test rows, for people to look at: bounded, however many rows there are. */
export type Diagnosis = BinaryDiagnosis | MulticlassDiagnosis | RegressionDiagnosis;

export interface BinaryDiagnosis {
  readonly kind: 'binary';
  readonly rows: number;
  readonly positives: number;
  /** By falling threshold, at most 200: what would be told true (p ≥ threshold), and how much of it rightly. ROC and precision-recall. */
  readonly thresholds: readonly Threshold[];
  /** At 0.5. */
  readonly confusion: Confusion;
  readonly calibration: readonly CalibrationBin[];
}

export interface Threshold {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Rows with about the same probability, a tenth of all: on average so likely, and so often true. */
export interface CalibrationBin {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
}

export interface MulticlassDiagnosis {
  readonly kind: 'multiclass';
  readonly rows: number;
  readonly classes: readonly string[];
  /** `confusion[i][j]`: rows of class i that are told to be class j. */
  readonly confusion: readonly (readonly number[])[];
  /** Of the probability of the class that is told: how often that is the right one. */
  readonly calibration: readonly CalibrationBin[];
}

export interface RegressionDiagnosis {
  readonly kind: 'regression';
  readonly rows: number;
  /** Prediction minus actual value: above 0, it was too high. */
  readonly residuals: Histogram;
  readonly calibration: readonly RegressionBin[];
}

/** Rows with about the same prediction, a tenth of all. */
export interface RegressionBin {
  readonly rows: number;
  /** Means. */
  readonly predicted: number;
  readonly actual: number;
  /** Of the residuals: between `low` and `high` lie eight of ten. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** @returns rates of both classes that are told true: recall (true-positive rate) and false-positive rate; and the precision */
export const ratesAt = (
  { truePositives, falsePositives }: Omit<Threshold, 'threshold'>,
  { rows, positives }: Pick<BinaryDiagnosis, 'rows' | 'positives'>,
) => ({
  recall: truePositives / positives,
  falsePositiveRate: falsePositives / (rows - positives),
  precision: truePositives / (truePositives + falsePositives),
});

/**
 * The 95% interval of a share (Wilson, Probable inference, the law of succession, and statistical inference, 1927).
 * @param share of `n` rows @returns [low, high]
 */
export const wilsonInterval = (share: number, n: number): readonly [number, number] => {
  const z = 1.959963984540054;
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
};
