import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type Alarm, metricText, type WatchedMetric } from '../alarm.ts';
import type { Measured, Source } from './source.ts';

/** What the emulator puts by itself, for each function that it runs. */
const OF_FUNCTIONS = ['Invocations', 'Errors', 'Throttles', 'Duration'];
const MAX_DATA = 500;
const MAX_VALUES = 150;

/** Puts the metrics of AWS's own services that alarms watch, and no others. */
export class Feed {
  readonly #client: CloudWatchClient;
  readonly #sources: readonly Source[];

  constructor(client: CloudWatchClient, sources: readonly Source[]) {
    this.#client = client;
    this.#sources = sources;
  }

  /** @returns what it cannot put, a line each; @throws when a source or the emulator fails: what was put stays put */
  async run(alarms: readonly Alarm[], now: number): Promise<{ lacking: string[]; failures: unknown[] }> {
    const failures: unknown[] = [];
    const lacking = alarms.flatMap((alarm) => {
      const reason = this.#lacks(alarm.metric);
      return reason ? [`${metricText(alarm.metric)}, watched by ${alarm.name}: ${reason}`] : [];
    });
    for (const source of this.#sources) {
      const metrics = this.#watched(alarms, source);
      if (metrics.length === 0) continue;
      try {
        await this.#put(source.namespace, await source.measure(metrics, now));
        lacking.push(...(source.absent ?? []));
      } catch (error) {
        failures.push(error);
      }
    }
    return { lacking, failures };
  }

  #watched(alarms: readonly Alarm[], source: Source): WatchedMetric[] {
    const metrics = alarms.map((alarm) => alarm.metric).filter((metric) => metric.namespace === source.namespace);
    return [...new Map(metrics.map((metric) => [metricText(metric), metric])).values()].filter((m) => !source.lacks(m));
  }

  #lacks(metric: WatchedMetric): string | undefined {
    // Others are put by whoever made up the namespace.
    if (!metric.namespace.startsWith('AWS/')) return undefined;
    if (metric.namespace === 'AWS/Lambda')
      return OF_FUNCTIONS.includes(metric.name) && Object.keys(metric.dimensions).join() === 'FunctionName'
        ? undefined
        : `of functions there are only ${OF_FUNCTIONS.join(', ')}, by the dimension FunctionName`;
    const source = this.#sources.find(({ namespace }) => namespace === metric.namespace);
    return source ? source.lacks(metric) : 'nothing here feeds metrics of that service';
  }

  async #put(namespace: string, measured: readonly Measured[]): Promise<void> {
    const data = bySecond(measured).map(datumOf);
    for (let i = 0; i < data.length; i += MAX_DATA)
      await this.#client.send(
        new PutMetricDataCommand({ Namespace: namespace, MetricData: data.slice(i, i + MAX_DATA) }),
      );
  }
}

/** Many values of one metric and second are one datum. */
function bySecond(measured: readonly Measured[]): Measured[] {
  const groups = new Map<string, Measured[]>();
  for (const { metric, time, values } of measured) {
    const second = Math.floor(time / 1000) * 1000;
    const key = `${second} ${metricText(metric)}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const last = group.at(-1);
    if (last && last.values.length + values.length <= MAX_VALUES)
      group[group.length - 1] = { ...last, values: [...last.values, ...values] };
    else group.push({ metric, time: second, values });
  }
  return [...groups.values()].flat();
}

const datumOf = ({ metric, time, values }: Measured): MetricDatum => ({
  MetricName: metric.name,
  Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
  Timestamp: new Date(time),
  Values: [...values],
  Counts: values.map(() => 1),
});
