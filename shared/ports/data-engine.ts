import type { Groups } from '../domain/build/comparison.ts';
import type { Diagnosis } from '../domain/build/diagnosis.ts';
import type { Scores } from '../domain/build/metrics.ts';
import type { Description } from '../domain/data/description.ts';
import type { ColumnProfile, Profile } from '../domain/data/profile.ts';
import type { Contract, Task } from '../domain/definition/model-definition.ts';
import type { Problem } from '../domain/records.ts';

/** Everything that reads rows (DuckDB). Paths are local files; the caller brings them and takes them away. */
export interface DataEngine {
  /**
   * Reads an upload (CSV, Parquet or JSON Lines, plain or gzipped: told by `name`'s suffix), holds each value to the contract, and
   * writes the typed rows, with their id as `__id`, to `rowsPath` (Parquet, in the order of the upload).
   * Whatever is wrong with the file is an outcome, never an exception.
   */
  validate(upload: { path: string; name: string }, contract: Contract, rowsPath: string): Promise<RowsOrProblems>;

  /** What the columns look like, over one file of prepared rows or several: the baseline that monitoring compares with. */
  profile(rowsPath: string | readonly string[], contract: Pick<Contract, 'columns'>): Promise<Profile>;

  /** What `profile` is for monitoring, for people to look at: bars of equal width. */
  describe(paths: readonly string[], contract: Pick<Contract, 'columns'>): Promise<Description>;

  /** The same of predictions (JSON Lines as `score` takes them): numbers, or of a multiclass task classes. */
  profilePredictions(paths: readonly string[], task: Task): Promise<ColumnProfile>;

  /**
   * Writes the files named in PREPARED_FILES (but the profile) into `directory`. A row's side follows from the hash of its id (or of
   * the split's group) alone, so it is the same in every upload, data version and code version with the same shares.
   * @returns rows on each side
   */
  split(
    rowsPath: string,
    contract: Contract,
    directory: string,
  ): Promise<{ train: number; validation: number; test: number }>;

  /**
   * Joins predictions (JSON Lines `{"id": …, "SageMakerOutput": answer}`, the answer as in domain/prediction.ts) with test rows by id.
   * @returns the task's metrics, over `rows` rows, and what they were made of: a label and a prediction for each row. The order depends on
   * the test files alone, so that what two models predicted for the same files can be compared row by row
   * @throws PredictionsError when a row has no prediction, has two, or has one that is not what the task answers with
   */
  score(
    test: readonly string[],
    predictions: readonly string[],
    contract: Contract & { task: Task },
  ): Promise<ScoredRows>;

  /** How the predictions of test rows err, for people to look at. @throws PredictionsError as `score` */
  diagnose(test: readonly string[], predictions: readonly string[], contract: Contract): Promise<Diagnosis>;
}

export interface ScoredRows {
  readonly scores: Scores;
  readonly rows: number;
  /** Regression: the numbers. Binary: 0 or 1. Multiclass: places of the classes, 0, 1, … in the contract's order. */
  readonly labels: Float64Array;
  /** Regression: the numbers. Binary: probabilities of true. Multiclass: places of the predicted classes. */
  readonly predictions: Float64Array;
  /** Multiclass only: the probability that each row's own class was given. */
  readonly ofTruth?: Float64Array;
  /** With `split.group` only; a row without a group is one of its own. */
  readonly groups?: Groups;
}

export type RowsOrProblems = { ok: true; rows: number } | { ok: false; problems: readonly Problem[] };

export class PredictionsError extends Error {
  override readonly name = 'PredictionsError';
}
