import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type Alarm, isPercentile, metricText } from './alarm.ts';
import type { Evaluated } from './reason.ts';
import { metricStat, type Range, readSlices, type Slices } from './slices.ts';
import { type Aggregate, aggregateOf, stepOf, type Window, windowsOf } from './windows.ts';

/**
 * Reads what all alarms need, and makes the datapoints of each one's evaluation range of it, oldest first. The emulator aligns periods
 * to multiples of themselves while an alarm's windows slide; so slices of one step are read, and put together here.
 */
export async function readDatapoints(client: CloudWatchClient, alarms: readonly Alarm[], now: number) {
  const slices = new Map<string, Map<string, Slices>>();
  for (const [key, { range, alarms: group }] of groupsOf(alarms, now)) {
    const metrics = new Map(group.map(({ metric }) => [metricText(metric), metric]));
    slices.set(key, await readSlices(client, [...metrics.values()], range));
  }
  const datapoints = new Map<Alarm, Evaluated[]>();
  for (const alarm of alarms) {
    const range = rangeOf(alarm, now);
    const found = slices.get(keyOf(range))?.get(metricText(alarm.metric)) ?? new Map<number, Aggregate>();
    const evaluated = windowsOf(alarm, now).map((window) => evaluate(alarm, window, found, range.step));
    datapoints.set(alarm, isPercentile(alarm.statistic) ? await withPercentiles(client, alarm, evaluated) : evaluated);
  }
  return datapoints;
}

function rangeOf(alarm: Alarm, now: number): Range {
  const windows = windowsOf(alarm, now);
  return { step: stepOf(alarm.period), start: windows[0]?.start ?? now, end: windows.at(-1)?.end ?? now };
}

const keyOf = ({ step, start, end }: Range) => `${step} ${start} ${end}`;

/** Alarms of one step and length are read together, so that a week's alarm does not make all others read a week. */
function groupsOf(alarms: readonly Alarm[], now: number) {
  const groups = new Map<string, { range: Range; alarms: Alarm[] }>();
  for (const alarm of alarms) {
    const range = rangeOf(alarm, now);
    const group = groups.get(keyOf(range)) ?? { range, alarms: [] };
    groups.set(keyOf(range), group);
    group.alarms.push(alarm);
  }
  return groups;
}

function evaluate(alarm: Alarm, window: Window, slices: Slices, step: number): Evaluated {
  const aggregate = aggregateOf(window, slices, step);
  if (!aggregate || aggregate.sampleCount === 0) return { window };
  return { window, value: statisticOf(aggregate, alarm.statistic), sampleCount: aggregate.sampleCount };
}

function statisticOf({ sampleCount, sum, minimum, maximum }: Aggregate, statistic: string): number {
  const values: Record<string, number> = {
    SampleCount: sampleCount,
    Sum: sum,
    Average: sum / sampleCount,
    Minimum: minimum,
    Maximum: maximum,
  };
  // A percentile is asked for afterwards: it cannot be put together of slices.
  return values[statistic] ?? Number.NaN;
}

/** So long that one period holds all of time: the emulator then gives one value for what lies between start and end. */
const ALL_TIME_SECONDS = 10_000_000_000;

const withPercentiles = (client: CloudWatchClient, alarm: Alarm, evaluated: readonly Evaluated[]) =>
  Promise.all(
    evaluated.map(async ({ window, sampleCount }): Promise<Evaluated> => {
      if (sampleCount === undefined) return { window };
      const { MetricDataResults } = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: [{ Id: 'p', MetricStat: metricStat(alarm.metric, ALL_TIME_SECONDS, alarm.statistic) }],
          StartTime: new Date(window.start),
          EndTime: new Date(window.end),
        }),
      );
      const value = MetricDataResults?.[0]?.Values?.[0];
      return value === undefined ? { window } : { window, value, sampleCount };
    }),
  );
