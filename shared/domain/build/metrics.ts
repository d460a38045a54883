/** The metrics that models are ranked and gated by. */
export const METRICS = ['auc', 'logloss', 'brier', 'accuracy', 'macro_f1', 'rmse', 'mae', 'r2'] as const;
export type Metric = (typeof METRICS)[number];

/** What was measured on one set of rows; only the metrics of the model's task are there. */
export type Scores = Partial<Record<Metric, number>>;

/** Is more of it better? */
const HIGHER_IS_BETTER: Readonly<Record<Metric, boolean>> = {
  auc: true,
  accuracy: true,
  macro_f1: true,
  r2: true,
  logloss: false,
  brier: false,
  rmse: false,
  mae: false,
};

/** Does `a` beat `b`? NaN never does. */
export const better = (metric: Metric, a: number, b: number): boolean => (HIGHER_IS_BETTER[metric] ? a > b : a < b);

/** What could not be measured is absent, never NaN. */
export const finiteScores = (scores: Scores): Scores =>
  Object.fromEntries(Object.entries(scores).filter(([, value]) => Number.isFinite(value))) as Scores;
