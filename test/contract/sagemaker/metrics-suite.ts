import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { cloudWatchMetrics } from '../../../shared/adapters/aws/metrics.ts';
import { eventually, type World } from './world.ts';

/** After the endpoint suite: its endpoint was called, well and badly. */
export const metricsSuite = (world: World) =>
  describe('metrics of endpoints', () => {
    const alarms: [name: string, metric: string, statistic: 'Sum' | 'Minimum', above: number, variant: string][] = [
      ['calls', 'Invocations', 'Sum', 3, 'live'],
      ['server errors', 'Invocation5XXErrors', 'Sum', 0, 'live'],
      ['client errors', 'Invocation4XXErrors', 'Sum', 0, 'live'],
      // Microseconds: no model that is reached over HTTP answers within 100 of them.
      ['latency', 'ModelLatency', 'Minimum', 100, 'live'],
      ['zz of another variant', 'Invocations', 'Sum', 0, 'other'],
    ];

    test('calls, errors and latency reach the alarms that watch them', async () => {
      const cloudwatch = new CloudWatchClient(world.settings);
      for (const [AlarmName, MetricName, Statistic, Threshold, VariantName] of alarms)
        await cloudwatch.send(
          new PutMetricAlarmCommand({
            ...{ AlarmName, Namespace: 'AWS/SageMaker', MetricName, Statistic, Threshold },
            Dimensions: [
              { Name: 'EndpointName', Value: 'live' },
              { Name: 'VariantName', Value: VariantName },
            ],
            Period: 3600,
            EvaluationPeriods: 1,
            ComparisonOperator: 'GreaterThanThreshold',
            TreatMissingData: 'notBreaching',
          }),
        );
      const states = async () => {
        const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
        return Object.fromEntries(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
      };
      const decided = await eventually('all alarms to be decided', async () => {
        const found = await states();
        return Object.values(found).includes('INSUFFICIENT_DATA') ? undefined : found;
      });
      const expected = alarms.map(([name, , , , variant]) => [name, variant === 'live' ? 'ALARM' : 'OK']);
      expect(decided).toEqual(Object.fromEntries(expected));
    });

    test('what was answered without an error is counted by the hour, as a drift check asks for it', async () => {
      const hour = (ago: number) => new Date(Math.floor(Date.now() / 3_600_000 - ago) * 3_600_000).toISOString();
      const metrics = cloudWatchMetrics(new CloudWatchClient(world.settings), 'test');
      const [until, from] = [hour(-1), hour(1)];
      expect(await metrics.answeredCalls('live', { from, until })).toBeGreaterThan(3);
      expect(await metrics.answeredCalls('live', { from: hour(9), until: from })).toBe(0);
      expect(await metrics.answeredCalls('nobody', { from, until })).toBe(0);
    });
  });
