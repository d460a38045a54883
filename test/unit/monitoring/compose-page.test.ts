import { beforeEach, describe, expect, it } from 'vitest';
import { canaryOf } from '../../../shared/domain/deployment/canary.ts';
import { alarmName, canaryAlarmName, pageTopic } from '../../../shared/domain/names.ts';
import type { Deployment, DeploymentLock } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { composePage } from '../../../shared/use-cases/monitoring/compose-page.ts';
import { definition, MODEL, type PipelineWorld, pipelineWorld, place } from '../../fixtures/pipeline-world.ts';

const notification = (Message: string) =>
  ({ Type: 'Notification', MessageId: 'm', TopicArn: 't', Subject: 'ALARM: something', Message }) as const;
const alarm = (AlarmName: string, over: Record<string, unknown> = {}) =>
  notification(
    JSON.stringify({
      ...{ AlarmName, AlarmDescription: null, NewStateValue: 'ALARM', OldStateValue: 'OK', NewStateReason: 'because' },
      ...{ StateChangeTime: '2026-03-02T10:05:09.123+0000', Region: 'EU (Ireland)', Trigger: {}, ...over },
    }),
  );
const drift = alarmName(place, MODEL, 'drift');

describe('an alarm becomes a page', () => {
  let world: PipelineWorld;
  beforeEach(() => {
    world = pipelineWorld();
  });
  const only = () => {
    expect(world.notifications.published).toHaveLength(1);
    return world.notifications.published[0];
  };

  it("of a model, at its model's topic, with what the registry knows", async () => {
    const put = (key: Parameters<typeof world.store.get>[0], value: object) =>
      ({ put: key, value, expect: 'absent' }) as const;
    const release = (n: number) => ({
      release: n,
      modelVersion: n,
      dataVersion: n,
      codeVersion: 1,
      liveFrom: `2026-01-0${n}`,
    });
    await world.store.commit([
      put(registryKeys.champion(MODEL), { release: 2, modelVersion: 2, since: '2026-01-02' }),
      put(registryKeys.release(MODEL, 1), release(1)),
      put(registryKeys.release(MODEL, 2), release(2)),
      put(registryKeys.driftMonitor(MODEL), {
        ...{ checkedAt: 'c', verdict: 'drift', reason: 'age drifted', since: '2026-03-01T00:00:00Z', pendingRows: 0 },
        topFeatures: [{ column: 'age', page: true, words: 'age: mean 40 → 50' }],
      }),
      put(registryKeys.hold(MODEL), { since: '2026-02-01T00:00:00Z', reason: 'release 3 was taken back', release: 3 }),
    ]);
    await composePage(world, alarm(drift));
    const page = only();
    expect(page?.topic).toBe('modelloop-test-churn-page');
    expect(page?.subject).toBe('PAGE churn: drift in age (test)');
    expect(page?.text).toContain('age: mean 40 → 50');
    expect(page?.text).toContain('release 2: model 2, data 2, code 1');
    expect(page?.text).toContain('last good release: 1');
    expect(page?.text).toContain('on hold since 2026-02-01 00:00 UTC: release 3 was taken back');
    expect(page?.attributes).toEqual({ kind: 'drift', state: 'ALARM' });
  });

  it('when it is over, but not when a new alarm is looked at for the first time: nothing began', async () => {
    const first = { NewStateValue: 'OK', OldStateValue: 'INSUFFICIENT_DATA' };
    expect(await composePage(world, alarm(drift, first))).toEqual({});
    expect(world.notifications.published).toEqual([]);
    await composePage(world, alarm(drift, { NewStateValue: 'OK', OldStateValue: 'ALARM' }));
    expect(only()?.subject).toBe('OVER churn: drift (test)');
  });

  it('of the newest failed run, not of an older one', async () => {
    const run = (n: number, status: string) =>
      ({
        put: registryKeys.run(MODEL, n),
        value: { run: n, status, startedAt: 's', dataVersion: n, codeVersion: 1, failure: { reason: `reason ${n}` } },
        expect: 'absent',
      }) as const;
    await world.store.commit([run(1, 'failed'), run(2, 'failed'), run(3, 'finished')]);
    await composePage(world, alarm(alarmName(place, MODEL, 'failed-run')));
    expect(only()?.text).toContain('Run 2 (data 2, code 1): reason 2');
  });

  describe('of the endpoint', () => {
    const errors = (at: string, over = {}) =>
      alarm(alarmName(place, MODEL, 'endpoint-errors'), { StateChangeTime: `2026-03-02T${at}.123+0000`, ...over });
    const onTrial = async () => {
      const value: DeploymentLock = {
        ...{ owner: 'x', deployment: 7, run: 1, modelVersion: 2, kind: 'promotion', since: '2026-03-02T10:00:00.000Z' },
      };
      await world.store.commit([{ put: registryKeys.deploymentLock(MODEL), value, expect: 'absent' }]);
      const canary = canaryOf(place, definition({ deployment: { instances: 2, canary: {} } }), {
        deployment: 7,
        endpointConfig: 'c',
      });
      for (const own of canary?.alarms ?? []) await world.alarms.put(own);
    };
    const ended = (over: Partial<Deployment>) => {
      const value: Deployment = {
        ...{ model: MODEL, execution: 'x', kind: 'promotion', modelVersion: 2, run: 1, status: 'failed' },
        ...{ begunAt: '2026-03-02T10:00:00.000Z', at: '2026-03-02T10:10:00.000Z', reason: 'r', ...over },
      };
      return world.store.commit([{ put: registryKeys.deployment(MODEL, 'x'), value, expect: 'absent' }]);
    };
    const kinds = () => world.notifications.published.map((p) => p.attributes?.kind);

    it('is sent while a release is on trial whose own alarms are quiet: it is not the release', async () => {
      await onTrial();
      await composePage(world, errors('10:05:00'));
      expect(kinds()).toEqual(['endpoint-errors']);
    });

    it('is not, once its own alarm has fired: failed-deployment tells it all', async () => {
      await onTrial();
      world.alarms.fire(canaryAlarmName(place, MODEL, 'canary-errors', 7), 'errors');
      expect(await composePage(world, errors('10:05:00'))).toEqual({});
      await composePage(world, alarm(alarmName(place, MODEL, 'failed-deployment')));
      expect(kinds()).toEqual(['failed-deployment']);
    });

    it('is, when it began before the trial', async () => {
      await onTrial();
      world.alarms.fire(canaryAlarmName(place, MODEL, 'canary-errors', 7), 'errors');
      await composePage(world, errors('09:59:00'));
      expect(kinds()).toEqual(['endpoint-errors']);
    });

    it.each([
      ['during the trial', '10:05:00', 'canary-errors', 0],
      ['soon after the rollback', '10:19:00', 'canary-errors', 0],
      ['long after it', '10:21:00', 'canary-errors', 1],
      ['soon after a deployment that failed otherwise', '10:12:00', undefined, 1],
    ])('%s, at %s', async (_, at, rolledBackBy, pages) => {
      await ended({ ...(rolledBackBy && { rolledBackBy }) });
      await composePage(world, errors(at));
      expect(kinds()).toHaveLength(pages);
    });
  });

  it("of the installation, at the installation's topic", async () => {
    await composePage(world, alarm(alarmName(place, undefined, 'heartbeat')));
    expect(only()).toMatchObject({ topic: pageTopic(place), subject: 'PAGE ModelLoop: heartbeat (test)' });
  });

  it.each([
    ['not JSON', notification('the sky is falling'), 'SyntaxError'],
    ['not an alarm', notification('{"hello": "world"}'), 'ZodError'],
    ['of somebody else', alarm('cpu-high'), 'ForeignAlarmError'],
  ])('as it is, when it is %s', async (_, message, error) => {
    const { notComposed } = await composePage(world, message);
    expect(notComposed?.name).toMatch(error === 'ZodError' ? /ZodError/ : error);
    const page = only();
    expect(page?.topic).toBe(pageTopic(place));
    expect(page?.text).toContain(message.Message);
    expect(page?.text).toContain(error);
  });

  it("as it is, still at its model's topic, when the registry cannot be read", async () => {
    const store = { ...world.store, get: () => Promise.reject(new Error('throttled')) };
    const { notComposed } = await composePage({ ...world, store }, alarm(drift));
    expect(notComposed?.message).toBe('throttled');
    expect(only()).toMatchObject({ topic: pageTopic(place, MODEL), text: expect.stringContaining('Error: throttled') });
    expect(only()?.text).toContain('"NewStateReason":"because"');
  });

  it("at the installation's topic, when the model's is not there", async () => {
    const publish: typeof world.notifications.publish = (n) =>
      n.topic === pageTopic(place)
        ? world.notifications.publish(n)
        : Promise.reject(new Error('NotFound: no such topic'));
    await composePage({ ...world, notifications: { publish } }, alarm(drift));
    expect(only()).toMatchObject({ topic: pageTopic(place), subject: 'PAGE churn: drift (test)' });
    expect(only()?.text).toContain('modelloop-test-churn-page did not accept this page: Error: NotFound');
  });

  it('again, when no topic takes it: the queue keeps it', async () => {
    const publish = () => Promise.reject(new Error('SNS is away'));
    await expect(composePage({ ...world, notifications: { publish } }, alarm(drift))).rejects.toThrow('SNS is away');
  });
});
