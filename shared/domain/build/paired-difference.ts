import type { Metric } from './metrics.ts';
import { classDifference, type PairedClasses } from './paired-classes.ts';
import { clipped, rowsIn, sumOver } from './resample.ts';

/**
 * The same test rows, as two models answered them: element i of each is row i. Labels of a binary task are 0 and 1; of a multiclass task
 * labels and predictions are places of classes, and `ofTruth` is there.
 */
export type PairedRows = Omit<PairedClasses, 'ofTruth'> & Partial<Pick<PairedClasses, 'ofTruth'>>;

/**
 * How much better the challenger is on a resample of the rows, in which row i occurs `counts[i]` times: NaN where the metric has no
 * value. Above 0 the challenger is better, also for errors, of which less is better. One linear pass for each call.
 */
export type PairedDifference = (counts: Uint32Array) => number;

/** Prepares what does not depend on the resample: losses of rows, and for AUC the order of the predictions. */
export const pairedDifference = (metric: Metric, rows: PairedRows): PairedDifference => {
  if (rows.ofTruth) return classDifference(metric, { ...rows, ofTruth: rows.ofTruth });
  switch (metric) {
    case 'macro_f1':
      throw new Error('macro_f1 is a metric for classes, and these rows have none');
    case 'auc':
      return aucDifference(rows);
    case 'rmse':
      return rmseDifference(rows);
    case 'r2':
      return r2Difference(rows);
    default:
      return meanDifference(rows, LOSSES[metric]);
  }
};

type Loss = (label: number, prediction: number) => number;

/** Metrics that are means over rows, as losses. */
const LOSSES: Readonly<Record<'logloss' | 'brier' | 'accuracy' | 'mae', Loss>> = {
  logloss: (y, p) => -Math.log(y === 1 ? clipped(p) : 1 - clipped(p)),
  brier: (y, p) => (p - y) ** 2,
  accuracy: (y, p) => (p >= 0.5 === (y === 1) ? 0 : 1),
  mae: (y, p) => Math.abs(y - p),
};
const squaredError: Loss = (y, p) => (y - p) ** 2;

const losses = (labels: Float64Array, predictions: Float64Array, loss: Loss): Float64Array =>
  labels.map((y, i) => loss(y, predictions[i] as number));

const meanDifference = ({ labels, challenger, champion }: PairedRows, loss: Loss): PairedDifference => {
  const mine = losses(labels, challenger, loss);
  const gains = losses(labels, champion, loss).map((theirs, i) => theirs - (mine[i] as number));
  return (counts) => sumOver(gains, counts) / rowsIn(counts);
};

const rmseDifference = ({ labels, challenger, champion }: PairedRows): PairedDifference => {
  const mine = losses(labels, challenger, squaredError);
  const theirs = losses(labels, champion, squaredError);
  return (counts) => {
    const n = rowsIn(counts);
    return Math.sqrt(sumOver(theirs, counts) / n) - Math.sqrt(sumOver(mine, counts) / n);
  };
};

/** R² = 1 − Σ(y−p)² / Σ(y−ȳ)², with the mean ȳ of the resample itself. */
const r2Difference = ({ labels, challenger, champion }: PairedRows): PairedDifference => {
  const mine = losses(labels, challenger, squaredError);
  const gains = losses(labels, champion, squaredError).map((theirs, i) => theirs - (mine[i] as number));
  // Around the mean of all rows, so that little is lost when the squares are subtracted.
  const mean = labels.reduce((a, y) => a + y, 0) / labels.length;
  const centred = labels.map((y) => y - mean);
  const squares = centred.map((y) => y * y);
  return (counts) => {
    const spread = sumOver(squares, counts) - sumOver(centred, counts) ** 2 / rowsIn(counts);
    return spread > 0 ? sumOver(gains, counts) / spread : Number.NaN;
  };
};

/**
 * AUC is the share of (positive, negative) pairs in which the positive has the higher prediction, equal ones counted half (Mann and
 * Whitney 1947; Hanley and McNeil 1982). Counted in halves, both models' pairs are whole numbers: their difference is exact.
 */
const aucDifference = ({ labels, challenger, champion }: PairedRows): PairedDifference => {
  const [mine, theirs] = [halfWins(labels, challenger), halfWins(labels, champion)];
  return (counts) => {
    const positives = sumOver(labels, counts);
    const negatives = rowsIn(counts) - positives;
    const pairs = 2 * positives * negatives;
    return pairs > 0 ? (mine(counts) - theirs(counts)) / pairs : Number.NaN;
  };
};

/** Sorts once; each call then walks the predictions upwards, equal ones together. */
const halfWins = (labels: Float64Array, predictions: Float64Array): ((counts: Uint32Array) => number) => {
  const order = Uint32Array.from(predictions.keys()).sort(
    (a, b) => (predictions[a] as number) - (predictions[b] as number),
  );
  const n = order.length;
  const positive = Uint8Array.from(order, (row) => labels[row] as number);
  const lastOfEquals = Uint8Array.from(order, (row, k) =>
    k + 1 === n || predictions[order[k + 1] as number] !== predictions[row] ? 1 : 0,
  );
  return (counts) => {
    let [wins, below, positivesHere, negativesHere] = [0, 0, 0, 0];
    for (let k = 0; k < n; k += 1) {
      const times = counts[order[k] as number] as number;
      if (positive[k] === 1) positivesHere += times;
      else negativesHere += times;
      if (lastOfEquals[k] === 1) {
        wins += positivesHere * (2 * below + negativesHere);
        below += negativesHere;
        positivesHere = 0;
        negativesHere = 0;
      }
    }
    return wins;
  };
};
