import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  ResourceNotFound,
} from '@aws-sdk/client-cloudwatch';
import type { Alarms } from '../../ports/alarms.ts';

/** One alarm a call: DeleteAlarms deletes none of several when one of them is not there. */
export function cloudWatchAlarms(client: CloudWatchClient): Alarms {
  return {
    put: async (alarm) => {
      await client.send(new PutMetricAlarmCommand(alarm));
    },
    fired: async (name) => {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      const found = MetricAlarms.find((a) => a.AlarmName === name && a.StateValue === 'ALARM');
      return found && { alarm: name, reason: found.StateReason ?? 'without a reason' };
    },
    delete: async (name) => {
      try {
        await client.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
      } catch (error) {
        if (!(error instanceof ResourceNotFound)) throw error;
      }
    },
  };
}
