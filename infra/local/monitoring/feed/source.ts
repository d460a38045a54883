import type { WatchedMetric } from '../alarm.ts';

/** Measured values of one metric at one time, in milliseconds since the epoch. */
export interface Measured {
  readonly metric: WatchedMetric;
  readonly time: number;
  readonly values: readonly number[];
}

/** Where the metrics of one AWS service come from. */
export interface Source {
  readonly namespace: string;
  /** @returns why it cannot give that metric, or undefined when it can */
  lacks(metric: WatchedMetric): string | undefined;
  /** What there is to put now of these metrics, all of which it can give. A metric that has no resource is left out. */
  measure(metrics: readonly WatchedMetric[], now: number): Promise<readonly Measured[]>;
  /** What it found to be not there (a queue that an alarm names, say), by the last `measure`, in words. */
  readonly absent?: readonly string[];
}

/** @returns what is wrong with the metric's dimensions, which must be just these */
export function otherDimensions({ dimensions }: WatchedMetric, ...expected: string[]): string | undefined {
  const given = Object.keys(dimensions).sort().join(', ');
  return given === [...expected].sort().join(', ')
    ? undefined
    : `it is known by the dimensions ${expected.join(', ')} only, not by ${given || 'none'}`;
}
