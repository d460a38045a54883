import { type CloudWatchClient, PutMetricDataCommand, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, metricDimensions } from '../../domain/monitoring/monitoring-metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

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
  };
}
