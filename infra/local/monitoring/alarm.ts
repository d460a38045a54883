import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, MissingData } from './decide-state.ts';

export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const BASIC_STATISTICS = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const;

const COMPARISONS = {
  GreaterThanOrEqualToThreshold: { holds: (a: number, b: number) => a >= b, words: 'greater than or equal to' },
  GreaterThanThreshold: { holds: (a: number, b: number) => a > b, words: 'greater than' },
  LessThanThreshold: { holds: (a: number, b: number) => a < b, words: 'less than' },
  LessThanOrEqualToThreshold: { holds: (a: number, b: number) => a <= b, words: 'less than or equal to' },
} as const;

/** An alarm on one metric, as far as deciding its state needs it. */
export interface Alarm {
  readonly name: string;
  readonly metric: WatchedMetric;
  /** A basic one, or a percentile such as `p99`. */
  readonly statistic: string;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: (typeof COMPARISONS)[keyof typeof COMPARISONS];
  readonly missingData: MissingData;
  readonly state: AlarmState;
}

export interface Refusal {
  readonly alarm: string;
  readonly reason: string;
}

export const isPercentile = (statistic: string) => /^p\d{1,2}(\.\d+)?$|^p100$/.test(statistic);
const isBasic = (statistic: string) => (BASIC_STATISTICS as readonly string[]).includes(statistic);
const PERIODS = [10, 20, 30];

/** @returns the reason, for an alarm that cannot be decided here as AWS would decide it */
export function readAlarm(described: MetricAlarm): Alarm | Refusal {
  const { AlarmName: name = '', Namespace: namespace, MetricName: metric, Period: period = 60 } = described;
  const { EvaluationPeriods: evaluationPeriods = 1, Unit: unit, Threshold: threshold } = described;
  const refuse = (reason: string): Refusal => ({ alarm: name, reason });
  if (!namespace || !metric || threshold === undefined)
    return refuse(
      'it does not compare a single metric with a threshold (metric math and anomaly detection are not supported)',
    );
  const comparison = COMPARISONS[described.ComparisonOperator as keyof typeof COMPARISONS];
  if (!comparison) return refuse(`the comparison ${described.ComparisonOperator} is not supported`);
  const statistic = described.ExtendedStatistic ?? described.Statistic ?? 'Average';
  if (!isBasic(statistic) && !isPercentile(statistic)) return refuse(`the statistic ${statistic} is not supported`);
  if (unit) return refuse(`it watches datapoints of the unit ${unit} only, which is not supported`);
  if (!PERIODS.includes(period) && period % 60 !== 0) return refuse(`the period ${period} s is not one that AWS takes`);
  return {
    name,
    metric: { namespace, name: metric, dimensions: dimensionsOf(described) },
    statistic,
    period,
    evaluationPeriods,
    datapointsToAlarm: described.DatapointsToAlarm ?? evaluationPeriods,
    threshold,
    comparison,
    // As documented: "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data".
    missingData: namespace === 'AWS/DynamoDB' ? 'ignore' : ((described.TreatMissingData ?? 'missing') as MissingData),
    state: described.StateValue ?? 'INSUFFICIENT_DATA',
  };
}

const dimensionsOf = ({ Dimensions }: MetricAlarm) =>
  Object.fromEntries((Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));

/** `AWS/SQS ApproximateNumberOfMessagesVisible {QueueName: …}`: one text for one metric, whatever the order of its dimensions. */
export const metricText = ({ namespace, name, dimensions }: WatchedMetric) => {
  const pairs = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${namespace} ${name} {${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
};
