import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  ResourceNotFound,
} from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarms } from '../../../shared/adapters/aws/alarms.ts';
import { canaryOf } from '../../../shared/domain/deployment/canary.ts';
import { definition, place } from '../../fixtures/pipeline-world.ts';

describe('alarms that come and go', () => {
  const client = mockClient(CloudWatchClient);
  const alarms = cloudWatchAlarms(new CloudWatchClient({ region: 'eu-west-1' }));
  beforeEach(() => client.reset());

  it('are put as they are decided', async () => {
    const trial = { deployment: 7, endpointConfig: 'c' };
    const canary = canaryOf(place, definition({ deployment: { instances: 2, canary: {} } }), trial);
    client.on(PutMetricAlarmCommand).resolves({});
    for (const alarm of canary?.alarms ?? []) await alarms.put(alarm);
    expect(client.commandCalls(PutMetricAlarmCommand).map((call) => call.args[0].input)).toEqual(canary?.alarms);
  });

  it.each([
    ['ALARM', 'a', { alarm: 'a', reason: 'too many' }],
    ['OK', 'a', undefined],
    ['INSUFFICIENT_DATA', 'a', undefined],
    // A name that is the beginning of another's, should it ever be taken for a prefix.
    ['ALARM', 'ab', undefined],
  ] as const)('%s of %s', async (StateValue, AlarmName, fired) => {
    client.on(DescribeAlarmsCommand, { AlarmNames: ['a'] }).resolves({
      MetricAlarms: [{ AlarmName, StateValue, StateReason: 'too many' }],
    });
    expect(await alarms.fired('a')).toEqual(fired);
  });

  it('that are not there have not fired, and are deleted', async () => {
    client.on(DescribeAlarmsCommand).resolves({});
    client.on(DeleteAlarmsCommand).rejects(new ResourceNotFound({ message: 'gone', $metadata: {} }));
    expect(await alarms.fired('a')).toBeUndefined();
    await alarms.delete('a');
  });

  it('that cannot be deleted are a fault', async () => {
    client.on(DeleteAlarmsCommand).rejects(new Error('throttled'));
    await expect(alarms.delete('a')).rejects.toThrow('throttled');
  });
});
