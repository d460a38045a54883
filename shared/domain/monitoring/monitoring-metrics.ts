/** What we measure for alarms: at most six a model; what concerns single features belongs in a report. */
export const MODEL_METRICS = [
  'Drift',
  'Stale',
  'FailedRun',
  'FailedDeployment',
  'MonitorOverdue',
  'NotServing',
] as const;
/** Of the installation as a whole: the checker of monitors beats with each check, the sweep with each turn. */
export const PLATFORM_METRICS = ['Heartbeat', 'Sweep'] as const;

export type MetricName = (typeof MODEL_METRICS)[number] | (typeof PLATFORM_METRICS)[number];

export const METRIC_NAMESPACE = 'ModelLoop';

/** The dimensions of a measurement: always the stage, and the model where it is of one. */
export const metricDimensions = (stage: string, model?: string): Readonly<Record<string, string>> =>
  model === undefined ? { Stage: stage } : { Stage: stage, Model: model };
