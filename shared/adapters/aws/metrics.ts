import {
  type CloudWatchClient,
  type MetricDataQuery,
  PutMetricDataCommand,
  paginateGetMetricData,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, metricDimensions } from '../../domain/monitoring/monitoring-metrics.ts';
import { VARIANT } from '../../domain/names.ts';
import type { Metrics } from '../../ports/metrics.ts';

const HOUR = 3600;

/** All of a check's measurements travel in one PutMetricData: either all of them are taken, or the call fails. */
export function cloudWatchMetrics(client: CloudWatchClient, stage: string): Metrics {
  return {
    put: async (measurements) => {
      if (measurements.length === 0) return;
      await client.send(
        new PutMetricDataCommand({
          Namespace: METRIC_NAMESPACE,
          MetricData: measurements.map(({ name, value, model }) => ({
            MetricName: name,
            Value: value,
            Unit: StandardUnit.None,
            Dimensions: Object.entries(metricDimensions(stage, model)).map(([Name, Value]) => ({ Name, Value })),
          })),
        }),
      );
    },
    answeredCalls: async (endpoint, { from, until }) => {
      const sums: Record<string, number> = {};
      const request = {
        MetricDataQueries: ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors'].map((m) => sumOf(endpoint, m)),
        ...{ StartTime: new Date(from), EndTime: new Date(until) },
      };
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request))
        for (const { Id = '', Values = [] } of MetricDataResults)
          sums[Id] = Values.reduce((sum, value) => sum + value, sums[Id] ?? 0);
      const { invocations = 0, invocation4XXErrors = 0, invocation5XXErrors = 0 } = sums;
      return Math.max(0, invocations - invocation4XXErrors - invocation5XXErrors);
    },
  };
}

/** Its id begins with a small letter, as CloudWatch wants it. */
const sumOf = (endpoint: string, metric: string): MetricDataQuery => ({
  Id: metric.charAt(0).toLowerCase() + metric.slice(1),
  MetricStat: {
    Metric: {
      Namespace: 'AWS/SageMaker',
      MetricName: metric,
      Dimensions: [
        { Name: 'EndpointName', Value: endpoint },
        { Name: 'VariantName', Value: VARIANT },
      ],
    },
    Period: HOUR,
    Stat: 'Sum',
  },
});
