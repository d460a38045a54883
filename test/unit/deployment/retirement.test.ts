import { beforeEach, describe, expect, it } from 'vitest';
import { stateMachineArn } from '../../../shared/domain/names.ts';
import type { Champion, Deployment, DeploymentLock, Retired } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { liveRelease } from '../../../shared/use-cases/deployment/live-release.ts';
import { readReleases } from '../../../shared/use-cases/deployment/read-releases.ts';
import { removeServing } from '../../../shared/use-cases/deployment/remove-serving.ts';
import {
  requestDeployment,
  type Wish,
  wishForVersion,
  wishToGoBack,
} from '../../../shared/use-cases/deployment/request-deployment.ts';
import { requestRetirement } from '../../../shared/use-cases/deployment/request-retirement.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { overdueMonitors } from '../../../shared/use-cases/monitoring/check-monitors.ts';
import { recordFailure } from '../../../shared/use-cases/monitoring/record-failure.ts';
import { foundBetter, trainedVersion } from '../../fixtures/deployment-machine.ts';
import {
  addCodeVersion,
  addDataVersion,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  place,
  runRecord,
} from '../../fixtures/pipeline-world.ts';
import { started as newestStarted } from '../../fixtures/worlds/deployments.ts';

const ENDPOINT = 'modelloop-test-churn';
const BY = { model: MODEL, by: 'arn:aws:iam::1:user/jo', reason: 'replaced' };

/** Model versions 1 and 2 went live one after the other. */
describe('retiring a model', () => {
  let world: PipelineWorld;
  const get = async <T extends object>(key: { model: string; sort: string }) => (await world.store.get<T>(key))?.value;
  const started = () => newestStarted(world);
  const begin = () => beginDeployment(world, started());
  const deploy = async (wish: Wish) => {
    expect(await requestDeployment(world, wish)).toMatchObject({ outcome: 'requested' });
    const start = await begin();
    if (!('config' in start)) throw new Error(JSON.stringify(start));
    world.hosting.endpoints.set(ENDPOINT, { status: 'InService' });
    world.hosting.configs.add(start.config.EndpointConfigName);
    return commitRelease(world, { ...started(), endpoint: ENDPOINT, endpointConfig: start.config.EndpointConfigName });
  };
  const remove = () => removeServing(world, started());
  const retire = async () => {
    expect(await requestRetirement(world, BY)).toMatchObject({ outcome: 'requested' });
    expect(await begin()).toEqual({ outcome: 'retire', endpoint: ENDPOINT });
    expect(await remove()).toEqual({ outcome: 'removing' });
    expect(await remove()).toEqual({ outcome: 'removing' });
    expect(await remove()).toEqual({ outcome: 'retired' });
  };

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world, 1);
    for (const version of [1, 2]) {
      await trainedVersion(world, version);
      await deploy(await wishForVersion(world, { model: MODEL, version }));
    }
    await world.store.commit([{ put: registryKeys.modelHead(MODEL), value: { latest: 2 }, expect: 'absent' }]);
  });

  it('takes endpoint, configurations and models away, and keeps the history', async () => {
    expect([...world.hosting.models]).toEqual(['modelloop-test-churn-v1', 'modelloop-test-churn-v2']);
    await retire();
    expect(world.hosting.endpoints.size + world.hosting.configs.size + world.hosting.models.size).toBe(0);
    expect(await get<Retired>(registryKeys.retired(MODEL))).toMatchObject({
      by: BY.by,
      reason: 'replaced',
      release: 2,
    });
    expect(await get<Champion>(registryKeys.champion(MODEL))).toBeUndefined();
    expect(await get<DeploymentLock>(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    const releases = await readReleases(world, { model: MODEL });
    expect(releases.map((r) => [r.release, r.live, r.liveUntil !== undefined])).toEqual([
      [2, false, true],
      [1, false, true],
    ]);
    await expect(liveRelease(world, MODEL)).rejects.toThrow('the model was retired at');
  });

  it('can be repeated at any point, and asked for again', async () => {
    await retire();
    expect(await remove()).toEqual({ outcome: 'retired' });
    expect(await requestRetirement(world, BY)).toMatchObject({ outcome: 'not-needed' });
  });

  it('ends what pages: gauges that fired go back, and no monitor is overdue', async () => {
    await retire();
    for (const name of ['Drift', 'Stale', 'MonitorOverdue'] as const)
      expect(world.metrics.valuesOf(name, MODEL)).toEqual([0]);
    expect(await overdueMonitors(world, MODEL, 'rate(1 minute)')).toEqual([]);
  });

  it('leaves uploads to be registered, and starts no run of them', async () => {
    await retire();
    await addDataVersion(world, 7, [part('late')]);
    expect(await startRun(world, { model: MODEL })).toMatchObject({
      outcome: 'nothing',
      reason: expect.stringContaining('the model is retired'),
    });
  });

  it.each(['none', 'manual'] as const)('lets no verdict make a release, with approval %s', async (approval) => {
    await addCodeVersion(world, 2, { deployment: { approval } });
    await trainedVersion(world, 3, 2);
    await retire();
    await foundBetter(world, 3);
    await startDeployment(world, { model: MODEL, modelVersion: 3, run: 3 });
    if (approval === 'none') expect(await begin()).toMatchObject({ outcome: 'not-needed' });
    expect((await runRecord(world, 3)).deployment).toMatchObject({
      status: 'not-needed',
      reason: expect.stringContaining('retired'),
    });
  });

  it('ends the wait of a challenger', async () => {
    await addCodeVersion(world, 2, { deployment: { approval: 'manual' } });
    await trainedVersion(world, 3, 2);
    await foundBetter(world, 3);
    await startDeployment(world, { model: MODEL, modelVersion: 3, run: 3 });
    await retire();
    expect((await runRecord(world, 3)).deployment).toMatchObject({ status: 'not-needed' });
    expect(await get(registryKeys.waiting(MODEL))).toBeUndefined();
  });

  it('is undone by a promotion by hand, which makes the model again; numbers go on', async () => {
    await retire();
    await expect(wishToGoBack(world, { model: MODEL })).rejects.toThrow('the model was retired');
    const release = await deploy(await wishForVersion(world, { model: MODEL, version: 1 }));
    expect(release).toMatchObject({ release: 3, kind: 'manual', modelVersion: 1 });
    expect(world.hosting.models).toContain('modelloop-test-churn-v1');
    expect(await get(registryKeys.retired(MODEL))).toBeUndefined();
    // and what is gone back to later is made again, too
    expect(await deploy(await wishToGoBack(world, { model: MODEL, to: 2 }))).toMatchObject({ release: 4 });
    expect(world.hosting.models).toContain('modelloop-test-churn-v2');
    await retire();
  });

  it('that fails leaves no lock and no restoration, and can be asked for again', async () => {
    await requestRetirement(world, BY);
    await begin();
    const { execution } = started();
    const executionArn = world.executions.arn('deployment', execution);
    world.executions.end(executionArn, { status: 'FAILED', cause: 'denied' });
    await recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, 'deployment') });
    expect(await get<DeploymentLock>(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    expect(await get<Deployment>(registryKeys.deployment(MODEL, execution))).toMatchObject({ status: 'failed' });
    expect(started().execution).toBe(execution);
    await retire();
    expect(started().execution).toBe('churn-retire-2-2');
  });

  /** All of this happens just before a commit. */
  const before = (happens: () => Promise<unknown>): PipelineWorld => {
    let due = true;
    const commit: PipelineWorld['store']['commit'] = async (changes) => {
      if (due) {
        due = false;
        await happens();
      }
      await world.store.commit(changes);
    };
    return { ...world, store: { ...world.store, commit } };
  };
  const waits = async (on = world) => {
    await addCodeVersion(world, 2, { deployment: { approval: 'manual' } });
    await trainedVersion(world, 3, 2);
    await foundBetter(world, 3);
    return startDeployment(on, { model: MODEL, modelVersion: 3, run: 3 });
  };

  it('is not missed by a challenger that is about to wait', async () => {
    expect(await waits(before(retire))).toMatchObject({ status: 'not-needed' });
    expect(await get(registryKeys.waiting(MODEL))).toBeUndefined();
  });

  it('does not miss a challenger that begins to wait meanwhile', async () => {
    await requestRetirement(world, BY);
    await begin();
    const request = started();
    await remove();
    await remove();
    await removeServing(
      before(() => waits()),
      request,
    );
    expect(await get(registryKeys.waiting(MODEL))).toBeUndefined();
    expect((await runRecord(world, 3)).deployment).toMatchObject({ status: 'not-needed' });
  });

  it('of a model without a version is not missed by what begins meanwhile', async () => {
    const fresh = pipelineWorld();
    world = fresh;
    await addCodeVersion(fresh, 1);
    await trainedVersion(fresh, 1);
    const input = { model: MODEL, modelVersion: 1, run: 1, kind: 'promotion', execution: 'x' } as const;
    const on = before(() => requestRetirement(fresh, BY));
    expect(await beginDeployment(on, input)).toMatchObject({ outcome: 'not-needed' });
  });

  it('of which nothing was made yet is recorded at once', async () => {
    const fresh = pipelineWorld();
    await addCodeVersion(fresh, 1);
    expect(await requestRetirement(fresh, BY)).toMatchObject({ outcome: 'not-needed' });
    expect((await fresh.store.get<Retired>(registryKeys.retired(MODEL)))?.value).toMatchObject({ release: 0 });
    expect(fresh.executions.started).toEqual([]);
  });

  it('is not missed by a promotion that read before it and begins after it', async () => {
    await trainedVersion(world, 3);
    await requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 3 }));
    const late = started();
    await retire();
    expect(await beginDeployment(world, late)).toMatchObject({
      outcome: 'not-needed',
      reason: expect.stringContaining('release 2 is no longer live'),
    });
  });
});
