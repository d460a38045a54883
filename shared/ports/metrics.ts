import type { MetricName } from '../domain/monitoring/monitoring-metrics.ts';

export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  /** Without it, the measurement is of the installation as a whole. */
  readonly model?: string;
}

/** Where measurements go that alarms watch, ours and those of AWS's services (CloudWatch). */
export interface Metrics {
  /** One call for all of a check's measurements, at most 100. @throws when they are not taken */
  put(measurements: readonly Measurement[]): Promise<void>;
  /**
   * How many calls of an endpoint were answered without an error: those may be captured.
   * @param hours from the beginning of an hour to the beginning of another, ISO 8601
   */
  answeredCalls(endpoint: string, hours: { readonly from: string; readonly until: string }): Promise<number>;
}
