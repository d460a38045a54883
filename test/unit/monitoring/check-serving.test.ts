import { beforeEach, describe, expect, it } from 'vitest';
import { alarmName, endpointName } from '../../../shared/domain/names.ts';
import type { Release } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import type { EndpointState } from '../../../shared/ports/hosting.ts';
import { liveRelease } from '../../../shared/use-cases/deployment/live-release.ts';
import { requestDeployment, wishForVersion } from '../../../shared/use-cases/deployment/request-deployment.ts';
import { requestRetirement } from '../../../shared/use-cases/deployment/request-retirement.ts';
import { checkServing } from '../../../shared/use-cases/monitoring/check-serving.ts';
import { composePage } from '../../../shared/use-cases/monitoring/compose-page.ts';
import { sweep } from '../../../shared/use-cases/monitoring/sweep.ts';
import { readStatus } from '../../../shared/use-cases/read-status.ts';
import { MODEL, type PipelineWorld, place } from '../../fixtures/pipeline-world.ts';
import { begin, commit, goBack, known } from '../../fixtures/worlds/deployments.ts';
import { remove } from '../../fixtures/worlds/promotions.ts';

const ENDPOINT = endpointName(place, MODEL);

/** Release 2, of model version 2, is live. */
describe('what serves', () => {
  let world: PipelineWorld;
  let live: Release;
  beforeEach(async () => {
    world = await known();
    live = await liveRelease(world, MODEL);
  });
  const becomes = (state: EndpointState | undefined) =>
    state ? world.hosting.endpoints.set(ENDPOINT, state) : world.hosting.endpoints.delete(ENDPOINT);
  const look = () => checkServing(world, MODEL);
  const gauge = () => world.metrics.valuesOf('NotServing', MODEL);
  const record = async () => (await world.store.get(registryKeys.serving(MODEL)))?.value;
  const status = async () => (await readStatus(world, { model: MODEL }))[0];
  const page = async () => {
    const Message = JSON.stringify({
      ...{ AlarmName: alarmName(place, MODEL, 'not-serving'), NewStateValue: 'ALARM', OldStateValue: 'OK' },
      ...{ NewStateReason: 'r', StateChangeTime: '2026-03-02T10:05:09.123+0000' },
    });
    await composePage(world, { Type: 'Notification', MessageId: 'm', TopicArn: 't', Subject: 's', Message });
    return world.notifications.published.at(-1)?.text ?? '';
  };

  it('is the champion: nothing is written, and nobody is called', async () => {
    const before = await world.store.list(MODEL, '');
    await look();
    expect(gauge()).toEqual([0]);
    expect(await world.store.list(MODEL, '')).toEqual(before);
    expect((await status())?.needs).toEqual([]);
  });

  it.each<[string, EndpointState | undefined, RegExp]>([
    ['gone', undefined, /there is no endpoint modelloop-test-churn: release 2 should serve there/],
    ['of another configuration', { status: 'InService', config: 'mine' }, /serves the configuration mine: release 2/],
    [
      'failed',
      { status: 'Failed', config: 'c', reason: 'no such role' },
      /is Failed \(no such role\): release 2 should/,
    ],
  ])('that is %s is on record and measured with each look, until it serves', async (_, state, words) => {
    const served = world.hosting.endpoints.get(ENDPOINT);
    becomes(state);
    await look();
    const first = await record();
    expect(first).toMatchObject({ release: 2, wanted: live.endpointConfig });
    await look();
    expect(gauge()).toEqual([1, 1]);
    expect(await record(), 'since the first look').toEqual(first);
    const needs = (await status())?.needs;
    expect(needs).toMatchObject([
      { kind: 'not-serving', why: expect.stringMatching(words), command: 'npx modelloop promote churn --version 2' },
    ]);
    const text = await page();
    expect(text).toMatch(words);
    expect(text).toContain('What should serve\n  release 2: model 2');
    expect(text).toContain('put back  npx modelloop promote churn --version 2 --stage test\n');
    becomes(served);
    await look();
    expect(gauge()).toEqual([1, 1, 0]);
    expect(await record()).toBeUndefined();
    expect((await status())?.needs).toEqual([]);
  });

  it.each(['Updating', 'SystemUpdating', 'Deleting'])('is not judged while it is %s by itself', async (changing) => {
    becomes({ status: changing, config: 'other' });
    await look();
    expect(gauge()).toEqual([]);
    expect(await record()).toBeUndefined();
  });

  it.each(['a deployment', 'a retirement'])('is not judged while %s is under way', async (what) => {
    if (what === 'a deployment') await requestDeployment(world, await goBack(world));
    else await requestRetirement(world, { model: MODEL, by: 'me' });
    await begin(world);
    becomes(what === 'a deployment' ? { status: 'InService', config: 'the new one' } : undefined);
    await look();
    expect(gauge()).toEqual([]);
    if (what === 'a deployment') await commit(world);
    else await remove(world);
    await look();
    expect(gauge()).not.toContain(1);
  });

  it('is not judged by what a deployment that begins meanwhile has made of it', async () => {
    const describeEndpoint: PipelineWorld['hosting']['describeEndpoint'] = async (name) => {
      if ((await world.store.get(registryKeys.deploymentLock(MODEL))) === undefined) {
        await requestDeployment(world, await goBack(world));
        await begin(world);
      }
      return world.hosting.describeEndpoint(name).then((state) => state && { ...state, config: 'the new one' });
    };
    await checkServing({ ...world, hosting: { ...world.hosting, describeEndpoint } }, MODEL);
    expect(gauge()).toEqual([]);
    expect(await record()).toBeUndefined();
  });

  it('of a model that was retired is nobody’s business any more', async () => {
    becomes(undefined);
    await look();
    await requestRetirement(world, { model: MODEL, by: 'me' });
    await begin(world);
    await remove(world);
    await look();
    expect(gauge()).toEqual([1, 0]);
    expect(await record()).toBeUndefined();
  });

  it('that cannot be looked at is a sweep that does not beat, not an endpoint that is gone', async () => {
    const describeEndpoint = () => Promise.reject(new Error('AccessDenied'));
    await expect(sweep({ ...world, hosting: { ...world.hosting, describeEndpoint } })).rejects.toThrow('AccessDenied');
    expect([gauge(), world.metrics.valuesOf('Sweep')]).toEqual([[], []]);
  });

  it('is looked at with each sweep, whatever else of the model cannot be', async () => {
    const get: PipelineWorld['store']['get'] = (key) =>
      key.sort === 'slot#run' ? Promise.reject(new Error('throttled')) : world.store.get(key);
    becomes(undefined);
    await expect(sweep({ ...world, store: { ...world.store, get } })).rejects.toThrow('throttled');
    expect(gauge()).toEqual([1]);
  });
});

describe('a champion that does not serve', () => {
  let world: PipelineWorld;
  const again = async () => requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 2 }));
  beforeEach(async () => {
    world = await known();
  });

  it('is put back by a promotion, which is refused as needless while it serves', async () => {
    expect(await again()).toMatchObject({ outcome: 'not-needed' });
    world.hosting.endpoints.set(ENDPOINT, { status: 'InService', config: 'mine' });
    await checkServing(world, MODEL);
    expect(await again()).toMatchObject({ outcome: 'requested' });
    expect(await begin(world)).toMatchObject({ outcome: 'update' });
    await commit(world);
    expect(await liveRelease(world, MODEL)).toMatchObject({ release: 3, modelVersion: 2 });
    expect((await readStatus(world, { model: MODEL }))[0]?.needs, 'what was found of release 2').toEqual([]);
    expect(await again()).toMatchObject({ outcome: 'not-needed' });
  });

  it.each([undefined, 'Failed', 'Deleting'])('gets an endpoint made anew when that is %s', async (status) => {
    world.hosting.endpoints.delete(ENDPOINT);
    await checkServing(world, MODEL);
    if (status) world.hosting.endpoints.set(ENDPOINT, { status });
    await again();
    if (status === 'Failed') expect(await begin(world)).toEqual({ outcome: 'clearing' });
    expect(await begin(world)).toMatchObject({ outcome: 'create', endpoint: ENDPOINT });
    await commit(world);
    await checkServing(world, MODEL);
    expect(world.metrics.valuesOf('NotServing', MODEL).at(-1)).toBe(0);
  });
});
