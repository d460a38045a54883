import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { metricText, type WatchedMetric } from './alarm.ts';
import type { Aggregate } from './windows.ts';

/** Slices of one step in [start, end), in milliseconds. */
export interface Range {
  readonly step: number;
  readonly start: number;
  readonly end: number;
}

/** What was measured in each slice, by when it starts. */
export type Slices = ReadonlyMap<number, Aggregate>;

/** GetMetricData takes 500 queries, and a metric is asked for these four. */
const METRICS_PER_REQUEST = 100;
const PARTS = { sampleCount: 'SampleCount', sum: 'Sum', minimum: 'Minimum', maximum: 'Maximum' } as const;
type Part = keyof typeof PARTS;

/** @returns by the metric's text */
export async function readSlices(
  client: CloudWatchClient,
  metrics: readonly WatchedMetric[],
  range: Range,
): Promise<Map<string, Slices>> {
  const found = new Map<string, Map<number, Aggregate>>();
  for (let i = 0; i < metrics.length; i += METRICS_PER_REQUEST) {
    const asked = metrics.slice(i, i + METRICS_PER_REQUEST);
    const queries = asked.flatMap((metric, j) => queriesOf(metric, `m${j}`, range.step / 1000));
    const request = { MetricDataQueries: queries, StartTime: new Date(range.start), EndTime: new Date(range.end) };
    for await (const page of paginateGetMetricData({ client }, request))
      for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const [j, part] = Id.slice(1).split('_') as [string, Part];
        const metric = asked[Number(j)];
        if (!metric) throw new Error(`GetMetricData answers to ${Id}, which was not asked`);
        const slices = found.get(metricText(metric)) ?? new Map<number, Aggregate>();
        found.set(metricText(metric), slices);
        for (const [k, time] of Timestamps.entries())
          slices.set(time.getTime(), { ...(slices.get(time.getTime()) ?? NOTHING), [part]: Values[k] });
      }
  }
  return found;
}

const NOTHING: Aggregate = { sampleCount: 0, sum: 0, minimum: 0, maximum: 0 };

const queriesOf = (metric: WatchedMetric, id: string, period: number): MetricDataQuery[] =>
  Object.entries(PARTS).map(([part, stat]) => ({ Id: `${id}_${part}`, MetricStat: metricStat(metric, period, stat) }));

export const metricStat = ({ namespace, name, dimensions }: WatchedMetric, period: number, stat: string) => ({
  Metric: {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  },
  Period: period,
  Stat: stat,
});
