import {
  type CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type Alarm, type Refusal, readAlarm } from './alarm.ts';
import type { Outcome } from './evaluate-alarm.ts';

export interface AlarmsThere {
  readonly alarms: readonly Alarm[];
  readonly refusals: readonly Refusal[];
}

/** The account's metric alarms. Composite ones are the emulator's: it decides them when an alarm below them changes. */
export async function alarmsOf(client: CloudWatchClient): Promise<AlarmsThere> {
  const described: MetricAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client }, { AlarmTypes: ['MetricAlarm'], MaxRecords: 100 }))
    described.push(...(page.MetricAlarms ?? []));
  const read = described.map(readAlarm);
  return {
    alarms: read.filter((alarm): alarm is Alarm => 'metric' in alarm),
    refusals: read.filter((alarm): alarm is Refusal => 'reason' in alarm),
  };
}

/** The emulator records the change and delivers the alarm's actions. */
export async function setState(client: CloudWatchClient, alarm: Alarm, outcome: Outcome): Promise<void> {
  const command = new SetAlarmStateCommand({
    AlarmName: alarm.name,
    StateValue: outcome.state,
    StateReason: outcome.reason.slice(0, MAX_REASON),
    ...(outcome.reasonData.length <= MAX_REASON_DATA ? { StateReasonData: outcome.reasonData } : {}),
  });
  await client.send(command);
}

/** SetAlarmState's limits. */
const MAX_REASON = 1023;
const MAX_REASON_DATA = 4000;
