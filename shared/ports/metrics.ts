import type { MetricName } from '../domain/monitoring/monitoring-metrics.ts';

export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  /** Without it, the measurement is of the installation as a whole. */
  readonly model?: string;
}

/** Where measurements go that alarms watch (CloudWatch). */
export interface Metrics {
  /** One call for all of a check's measurements, at most 100. @throws when they are not taken */
  put(measurements: readonly Measurement[]): Promise<void>;
}
