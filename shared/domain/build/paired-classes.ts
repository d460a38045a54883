import type { Metric } from './metrics.ts';
import { clipped, rowsIn, sumOver } from './resample.ts';

/**
 * The same test rows, as two models told their classes: element i of each is row i. Labels and predictions are places of classes, 0, 1, …;
 * `ofTruth` is the probability that the class of the label was given.
 */
export interface PairedClasses {
  readonly labels: Float64Array;
  readonly challenger: Float64Array;
  readonly champion: Float64Array;
  readonly ofTruth: { readonly challenger: Float64Array; readonly champion: Float64Array };
}

/** How much better the challenger is on a resample of the rows; see PairedDifference. */
export const classDifference = (metric: Metric, rows: PairedClasses): ((counts: Uint32Array) => number) => {
  const { labels, challenger, champion, ofTruth } = rows;
  if (metric === 'macro_f1') {
    const [mine, theirs] = [macroF1(labels, challenger), macroF1(labels, champion)];
    return (counts) => mine(counts) - theirs(counts);
  }
  if (metric === 'logloss')
    return meanGain(
      ofTruth.challenger,
      (p, i) => Math.log(clipped(p)) - Math.log(clipped(ofTruth.champion[i] as number)),
    );
  if (metric === 'accuracy') return meanGain(labels, (y, i) => Number(challenger[i] === y) - Number(champion[i] === y));
  throw new Error(`${metric} is not a metric for classes`);
};

const meanGain = (of: Float64Array, gain: (value: number, row: number) => number) => {
  const gains = of.map(gain);
  return (counts: Uint32Array) => sumOver(gains, counts) / rowsIn(counts);
};

/**
 * F1 of a class is 2·TP / (rows that are of it + rows that were said to be); macro F1 is its mean over the classes that rows are of
 * (Opitz and Burst, Macro F1 and Macro F1, 2019, "averaged F1"). Both models are thus averaged over the same classes.
 */
const macroF1 = (labels: Float64Array, predictions: Float64Array): ((counts: Uint32Array) => number) => {
  const classes = [labels, predictions].reduce((n, places) => places.reduce((m, c) => Math.max(m, c + 1), n), 0);
  return (counts) => {
    const [hits, are, said] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
    for (let i = 0; i < labels.length; i += 1) {
      const [y, p, n] = [labels[i] as number, predictions[i] as number, counts[i] as number];
      are[y] = (are[y] as number) + n;
      said[p] = (said[p] as number) + n;
      if (y === p) hits[y] = (hits[y] as number) + n;
    }
    let [sum, seen] = [0, 0];
    for (let c = 0; c < classes; c += 1)
      if ((are[c] as number) > 0) {
        seen += 1;
        sum += (2 * (hits[c] as number)) / ((are[c] as number) + (said[c] as number));
      }
    return seen > 0 ? sum / seen : Number.NaN;
  };
};
