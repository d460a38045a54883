import { cut } from '../cut.ts';
import { type CategoricalProfile, type ColumnProfile, hasBinPerValue, type NumericProfile } from '../data/profile.ts';
import { type Baseline, baselineColumns } from './baseline.ts';

/**
 * Rows captured since the last decided check, counted on the baseline's edges: as small for a million rows as for one, and added to
 * until there are enough for a verdict.
 */
export interface Window {
  readonly rows: number;
  /** Of the calls counted. */
  readonly firstCall?: string;
  readonly lastCall?: string;
  readonly columns: Readonly<Record<string, ColumnWindow>>;
}

export type ColumnWindow = NumericWindow | CategoricalWindow;

export interface NumericWindow {
  readonly kind: 'numeric';
  readonly nulls: number;
  /** Values that are no number: the model sees them as missing, and so do the tests. */
  readonly invalid: number;
  /** One more on either side than the baseline's: below its first edge, its bins, above its last edge. */
  readonly counts: readonly number[];
  /** Where each value of the baseline has a bin: how many of `counts` are none of these values. */
  readonly unseen?: readonly number[];
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Of the values, none taken as farther from the baseline's mean than `FARTHEST` allows. Absent in windows from before it was kept. */
  readonly winsorisedSum?: number;
}

export interface CategoricalWindow {
  readonly kind: 'categorical';
  readonly nulls: number;
  readonly invalid: number;
  /** By value, those that the baseline never saw too. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rows with a value beyond the most that are kept apart. */
  readonly other: number;
}

/** New values kept apart in a window, each cut: a column of free text would otherwise grow without end. */
const MOST_NEW_VALUES = 1000;

/** Squares of larger numbers overflow, and so may sums of these: what lies beyond is summed as this. The model's own 32 bits end earlier. */
const LARGEST = 1e100;

/**
 * In standard deviations of the baseline. What lies farther from its mean counts as so far where the size of a change is taken: a single
 * wild row in ten thousand moves that by 0.001, and of the baseline's own mean no distribution has more than 0.025 beyond it.
 */
const FARTHEST = 10;

/** Nearer than this part of a value is the value: callers round, or send 32-bit numbers. */
const ROUNDING = 1e-6;

/** A captured row: the features that were sent, and the answer where there is one. */
export interface CapturedRow {
  readonly features: Readonly<Record<string, unknown>>;
  readonly prediction?: number | string;
  /** ISO 8601. */
  readonly at?: string;
}

/** Adds rows to a window; the window given is used up. */
export class WindowCounter {
  private rows: number;
  private first: string | undefined;
  private last: string | undefined;
  private readonly columns: readonly (readonly [string, Counter])[];

  constructor(baseline: Baseline, from?: Window) {
    this.rows = from?.rows ?? 0;
    this.first = from?.firstCall;
    this.last = from?.lastCall;
    this.columns = baselineColumns(baseline).map(([name, profile]) => [name, counterOf(profile, from?.columns[name])]);
  }

  add({ features, prediction, at }: CapturedRow, nameOfPrediction: string): void {
    this.rows += 1;
    if (at !== undefined) {
      if (this.first === undefined || at < this.first) this.first = at;
      if (this.last === undefined || at > this.last) this.last = at;
    }
    for (const [name, counter] of this.columns)
      if (name === nameOfPrediction) {
        // Without an answer there is nothing to compare: the call failed, or answers are not captured.
        if (prediction !== undefined) counter.add(prediction);
      } else counter.add(Object.hasOwn(features, name) ? features[name] : undefined);
  }

  window(): Window {
    return {
      rows: this.rows,
      ...(this.first !== undefined && { firstCall: this.first }),
      ...(this.last !== undefined && { lastCall: this.last }),
      columns: Object.fromEntries(this.columns.map(([name, counter]) => [name, counter.window()])),
    };
  }
}

interface Counter {
  add(value: unknown): void;
  window(): ColumnWindow;
}

const counterOf = (profile: ColumnProfile, from: ColumnWindow | undefined): Counter =>
  profile.kind === 'numeric'
    ? numericCounter(profile, from?.kind === 'numeric' ? from : undefined)
    : categoricalCounter(profile, from?.kind === 'categorical' ? from : undefined);

const numericCounter = (profile: NumericProfile, from?: NumericWindow): Counter => {
  const { edges, mean, stddev } = profile;
  const bins = profile.counts.length;
  const none = () => new Array<number>(bins + 2).fill(0);
  const counts = from ? [...from.counts] : none();
  const few = hasBinPerValue(profile);
  // Values that the baseline has: few of them all, otherwise those at the edges.
  const values = few ? edges.slice(0, -1) : edges;
  const unseen = few ? [...(from?.unseen ?? none())] : undefined;
  const reach = mean === null || stddev === null ? undefined : { mean, far: FARTHEST * stddev };
  let { nulls, invalid, sum, sumOfSquares } = from ?? { nulls: 0, invalid: 0, sum: 0, sumOfSquares: 0 };
  let winsorisedSum = from?.winsorisedSum ?? sum;
  const same = (x: number, v: number | undefined) => v !== undefined && Math.abs(x - v) <= ROUNDING * Math.abs(v);
  const count = (x: number) => {
    const bin = binOf(edges, x);
    // Rounded down, a value lies in the bin before its own.
    const own = same(x, values[bin - 1]) ? bin : same(x, values[bin]) ? bin + 1 : undefined;
    const i = own === undefined ? bin : Math.min(own, bins);
    counts[i] = (counts[i] ?? 0) + 1;
    if (unseen && own === undefined) unseen[i] = (unseen[i] ?? 0) + 1;
  };
  return {
    add: (value) => {
      const x = numberOf(value);
      if (x === null) nulls += 1;
      else if (x === undefined) invalid += 1;
      else {
        count(x);
        const summed = within(-LARGEST, x, LARGEST);
        sum += summed;
        sumOfSquares += summed * summed;
        winsorisedSum += reach ? within(reach.mean - reach.far, summed, reach.mean + reach.far) : summed;
      }
    },
    window: () => ({
      ...{ kind: 'numeric', nulls, invalid, counts, ...(unseen && { unseen }) },
      ...{ sum, sumOfSquares, winsorisedSum },
    }),
  };
};

const within = (least: number, x: number, most: number): number => Math.min(Math.max(x, least), most);

/** 0 below the first edge, 1 in the first bin, …; the last edge belongs to the last bin. */
const binOf = (edges: readonly number[], x: number): number => {
  const last = edges.length - 1;
  if (last >= 0 && x === edges[last]) return Math.max(last, 1);
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? Number.POSITIVE_INFINITY) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** @returns null for what is missing, undefined for what is no number */
const numberOf = (value: unknown): number | null | undefined => {
  if (value === null || value === undefined) return null;
  // Number('') is 0, which nobody sent.
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const x = typeof value === 'string' ? Number(value) : value;
  return typeof x === 'number' && Number.isFinite(x) ? x : undefined;
};

const categoricalCounter = (profile: CategoricalProfile, from?: CategoricalWindow): Counter => {
  const counts = new Map(Object.entries(from?.counts ?? {}));
  let unknownValues = [...counts.keys()].filter((v) => !Object.hasOwn(profile.counts, v)).length;
  let [nulls, invalid, other] = [from?.nulls ?? 0, from?.invalid ?? 0, from?.other ?? 0];
  return {
    add: (value) => {
      if (value === null || value === undefined) {
        nulls += 1;
        return;
      }
      if (typeof value === 'object') {
        invalid += 1;
        return;
      }
      const text = String(value);
      const isNew = !Object.hasOwn(profile.counts, text);
      const name = isNew ? cut(text) : text;
      const count = counts.get(name);
      if (count === undefined && isNew) {
        if (unknownValues >= MOST_NEW_VALUES) {
          other += 1;
          return;
        }
        unknownValues += 1;
      }
      counts.set(name, (count ?? 0) + 1);
    },
    window: () => ({ kind: 'categorical', nulls, invalid, counts: Object.fromEntries(counts), other }),
  };
};
