import type { ColumnProfile } from '../data/profile.ts';

/** What a model version was made from and what it answered then: written once, with the model version. */
export interface Baseline {
  readonly model: string;
  readonly modelVersion: number;
  readonly run: number;
  readonly dataVersion: number;
  readonly codeVersion: number;
  /** All rows that it was trained, validated or tested on. */
  readonly rows: number;
  /** The feature columns. */
  readonly features: Readonly<Record<string, ColumnProfile>>;
  /** Its predictions for the test rows: numbers, or of a multiclass model classes. */
  readonly prediction: ColumnProfile;
  readonly madeAt: string;
}

/** The name under which predictions are a column among the others. No column's name has a space. */
export const PREDICTION = 'the prediction';

/** All columns that are compared. */
export const baselineColumns = ({ features, prediction }: Baseline): readonly (readonly [string, ColumnProfile])[] => [
  ...Object.entries(features),
  [PREDICTION, prediction],
];
