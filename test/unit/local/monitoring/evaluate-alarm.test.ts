import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { type Alarm, readAlarm } from '../../../../infra/local/monitoring/alarm.ts';
import { evaluateAlarm } from '../../../../infra/local/monitoring/evaluate-alarm.ts';

const now = Date.parse('2026-11-23T10:03:10Z');
const MINUTE = 60_000;
const described: MetricAlarm = {
  AlarmName: 'a',
  Namespace: 'N',
  MetricName: 'M',
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  StateValue: 'OK',
};

function alarmOf(changes: Partial<MetricAlarm> = {}): Alarm {
  const alarm = readAlarm({ ...described, ...changes });
  if (!('metric' in alarm)) throw new Error(alarm.reason);
  return alarm;
}

/** The newest value, of the minute from 10:03, last; undefined is missing. */
function outcome(alarm: Alarm, values: readonly (number | undefined)[], observedSince = 0) {
  const range = values.map((value, i) => {
    const start = Date.parse('2026-11-23T10:03:00Z') - (values.length - 1 - i) * MINUTE;
    const window = { start, end: start + MINUTE };
    return value === undefined ? { window } : { window, value, sampleCount: 1 };
  });
  return evaluateAlarm(alarm, range, { now, observedSince });
}

describe('the reason is worded as AWS words it', () => {
  test.each<[string, Partial<MetricAlarm>, (number | undefined)[], string]>([
    [
      'ALARM',
      {},
      [undefined, 0, 2],
      'Threshold Crossed: 1 out of the last 1 datapoint [2.0 (23/11/26 10:03:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      'OK',
      { ComparisonOperator: 'GreaterThanThreshold', StateValue: 'ALARM' },
      [undefined, 0.5, undefined],
      'Threshold Crossed: 1 out of the last 1 datapoint [0.5 (23/11/26 10:02:00)] was not greater than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).',
    ],
    [
      'ALARM',
      { EvaluationPeriods: 3, DatapointsToAlarm: 2, ComparisonOperator: 'LessThanThreshold' },
      [undefined, undefined, 0, 5, 0.25],
      'Threshold Crossed: 2 out of the last 3 datapoints [0.25 (23/11/26 10:03:00), 0.0 (23/11/26 10:01:00)] were less than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).',
    ],
    ['INSUFFICIENT_DATA', {}, [undefined, undefined, undefined], 'Insufficient Data: 1 datapoint was unknown.'],
    [
      'ALARM',
      { EvaluationPeriods: 2, TreatMissingData: 'breaching' },
      [undefined, undefined, undefined, undefined],
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      'OK',
      { TreatMissingData: 'notBreaching', StateValue: 'ALARM' },
      [undefined, undefined, undefined],
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
  ])('%s %j %j', (state, changes, values, reason) => {
    expect(outcome(alarmOf(changes), values)).toMatchObject({ state, reason });
  });
});

test('its data says what was looked at', () => {
  const { reasonData } = outcome(alarmOf({ EvaluationPeriods: 2, DatapointsToAlarm: 1 }), [
    undefined,
    undefined,
    2,
    undefined,
  ]);
  expect(JSON.parse(reasonData)).toEqual({
    version: '1.0',
    queryDate: '2026-11-23T10:03:10.000+0000',
    startDate: '2026-11-23T10:02:00.000+0000',
    statistic: 'Maximum',
    period: 60,
    recentDatapoints: [2],
    threshold: 1,
    evaluatedDatapoints: [
      { timestamp: '2026-11-23T10:03:00.000+0000' },
      { timestamp: '2026-11-23T10:02:00.000+0000', sampleCount: 1, value: 2 },
    ],
  });
});

test('a heartbeat that could not beat while the cloud was down is not missed', () => {
  const alarm = alarmOf({ TreatMissingData: 'breaching' });
  const nothing = [undefined, undefined, undefined];
  expect(outcome(alarm, nothing, now).state).toBe('OK');
  expect(outcome(alarm, nothing, Date.parse('2026-11-23T10:02:30Z')).state).toBe('ALARM');
});

test('each comparison, on and beside the threshold', () => {
  const states = (ComparisonOperator: MetricAlarm['ComparisonOperator']) =>
    [0, 1, 2].map((value) => outcome(alarmOf({ ComparisonOperator }), [undefined, undefined, value]).state);
  expect(states('GreaterThanThreshold')).toEqual(['OK', 'OK', 'ALARM']);
  expect(states('GreaterThanOrEqualToThreshold')).toEqual(['OK', 'ALARM', 'ALARM']);
  expect(states('LessThanThreshold')).toEqual(['ALARM', 'OK', 'OK']);
  expect(states('LessThanOrEqualToThreshold')).toEqual(['ALARM', 'ALARM', 'OK']);
});

describe('an alarm that cannot be decided as on AWS is refused, with the reason', () => {
  test.each<[Partial<MetricAlarm>, string]>([
    [{ MetricName: undefined, Metrics: [{ Id: 'm', Expression: 'a/b' }] }, 'metric math'],
    [{ ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold' }, 'LessThanLowerOrGreaterThanUpperThreshold'],
    [{ Statistic: undefined, ExtendedStatistic: 'tm99' }, 'tm99'],
    [{ Unit: 'Seconds' }, 'Seconds'],
    [{ Period: 45 }, '45 s'],
  ])('%j', (changes, reason) => {
    expect(readAlarm({ ...described, ...changes } as MetricAlarm)).toEqual({
      alarm: 'a',
      reason: expect.stringContaining(reason),
    });
  });
});

test('DynamoDB’s metrics ignore missing data, as documented', () => {
  expect(alarmOf({ Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' }).missingData).toBe('ignore');
});
