import { beforeEach, describe, expect, it } from 'vitest';
import { stateMachineArn } from '../../../shared/domain/names.ts';
import type {
  CodeHead,
  CodeVersion,
  DataHead,
  DataVersion,
  Deployment,
  DeploymentLock,
  Hold,
} from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { pushCode } from '../../../shared/use-cases/code/push-code.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { endRestoration } from '../../../shared/use-cases/deployment/end-restoration.ts';
import { readReleases } from '../../../shared/use-cases/deployment/read-releases.ts';
import {
  requestDeployment,
  type Wish,
  wishForVersion,
  wishToGoBack,
} from '../../../shared/use-cases/deployment/request-deployment.ts';
import { resumePromotion } from '../../../shared/use-cases/deployment/resume-promotion.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { recordFailure } from '../../../shared/use-cases/monitoring/record-failure.ts';
import { foundBetter, trainedVersion } from '../../fixtures/deployment-machine.ts';
import {
  addCodeVersion,
  addDataVersion,
  definition,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  place,
  runRecord,
} from '../../fixtures/pipeline-world.ts';
import { started as newestStarted } from '../../fixtures/worlds/deployments.ts';

/** Model versions 1 and 2, of data 1 × code 1 and data 2 × code 1, went live one after the other; code 2 came later. */
describe('taking back', () => {
  let world: PipelineWorld;
  const get = async <T extends object>(key: { model: string; sort: string }) => (await world.store.get<T>(key))?.value;
  const started = () => newestStarted(world);
  const begin = () => beginDeployment(world, started());
  const commit = () =>
    commitRelease(world, { ...started(), endpoint: 'e', endpointConfig: `c-${started().execution}` });
  const deploy = async (wish: Wish) => {
    expect(await requestDeployment(world, wish)).toMatchObject({ outcome: 'requested' });
    await begin();
    return commit();
  };
  const fail = async () => {
    const executionArn = world.executions.arn('deployment', started().execution);
    world.executions.end(executionArn, { status: 'FAILED', cause: 'no luck' });
    await recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, 'deployment') });
  };

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world, 1);
    await addDataVersion(world, 1, [part('jan')]);
    await addDataVersion(world, 2, [part('jan'), part('feb')]);
    for (const version of [1, 2]) {
      await trainedVersion(world, version);
      await deploy(await wishForVersion(world, { model: MODEL, version }));
    }
    await addCodeVersion(world, 2);
  });

  it('makes a new release with the old content, and holds verdicts', async () => {
    const release = await deploy(await wishToGoBack(world, { model: MODEL }));
    expect(release).toMatchObject({ release: 3, kind: 'rollback', contentOf: 1, modelVersion: 1, dataVersion: 1 });
    expect(await get<Hold>(registryKeys.hold(MODEL))).toMatchObject({ release: 2 });
    await trainedVersion(world, 3);
    await foundBetter(world, 3);
    await startDeployment(world, { model: MODEL, modelVersion: 3, run: 3 });
    expect(await begin()).toMatchObject({ outcome: 'held' });
    expect((await runRecord(world, 3)).deployment).toMatchObject({
      status: 'held',
      reason: expect.stringContaining('on hold'),
    });
    expect(await resumePromotion(world, { model: MODEL })).toMatchObject({ heldBack: [{ run: 3, modelVersion: 3 }] });
    expect(await resumePromotion(world, { model: MODEL })).toEqual({ heldBack: [] });
    expect(await deploy(await wishForVersion(world, { model: MODEL, version: 3 }))).toMatchObject({
      kind: 'manual',
      release: 4,
    });
  });

  it('names the original, when what is gone back to was brought back itself', async () => {
    await deploy(await wishToGoBack(world, { model: MODEL }));
    await deploy(await wishForVersion(world, { model: MODEL, version: 2 }));
    expect(await wishToGoBack(world, { model: MODEL, to: 3 })).toMatchObject({ contentOf: 1, modelVersion: 1 });
  });

  it('leaves no moment to two releases, or to none', async () => {
    await deploy(await wishToGoBack(world, { model: MODEL }));
    const releases = await readReleases(world, { model: MODEL });
    expect(releases.map((r) => [r.release, r.live])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(releases.map((r) => r.liveUntil)).toEqual([undefined, releases[0]?.liveFrom, releases[1]?.liveFrom]);
    for (const { shift } of releases) expect(shift.from < shift.to).toBe(true);
  });

  it('of everything brings data and code back as new versions, and what was taken back can come again', async () => {
    const release = await deploy(await wishToGoBack(world, { model: MODEL, all: true }));
    expect(release).toMatchObject({ dataVersion: 1, codeVersion: 1, restored: { dataVersion: 3, codeVersion: 3 } });
    const old = await get<DataVersion>(registryKeys.dataVersion(MODEL, 1));
    expect(await get<DataVersion>(registryKeys.dataVersion(MODEL, 3))).toMatchObject({
      restoredFrom: 1,
      manifestHash: old?.manifestHash,
    });
    expect(await get<DataHead>(registryKeys.dataHead(MODEL))).toMatchObject({
      latest: 3,
      manifestHash: old?.manifestHash,
    });
    expect(await get<CodeVersion>(registryKeys.codeVersion(MODEL, 3))).toMatchObject({ restoredFrom: 1 });
    expect((await get<CodeHead>(registryKeys.codeHead(MODEL)))?.rolledAway).toMatchObject([{ after: 1, upTo: 2 }]);
    // nothing new: the pair was trained by run 1
    expect(await startRun(world, { model: MODEL })).toMatchObject({
      outcome: 'nothing',
      reason: expect.stringContaining('run 1'),
    });
    const second = await get<CodeVersion>(registryKeys.codeVersion(MODEL, 2));
    const bundle = {
      model: MODEL,
      treeHash: second?.treeHash ?? '',
      definition: definition(),
      archive: new Uint8Array(),
    };
    expect(await pushCode(world, bundle as never)).toMatchObject({ outcome: 'uploaded' });
  });

  it('is refused while another deployment is at work, with its owner and why', async () => {
    await trainedVersion(world, 3);
    await requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 3 }));
    await begin();
    expect(await requestDeployment(world, await wishToGoBack(world, { model: MODEL }))).toMatchObject({
      outcome: 'busy',
      reason: expect.stringMatching(
        /^model version 3 is being deployed because somebody asked for it, since .* \(execution churn-promote-3-v3-1\)$/,
      ),
    });
  });

  it('after a failure gives the lock to a restoration, once, and the next attempt has a name of its own', async () => {
    await trainedVersion(world, 3);
    await requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 3 }));
    const failed = started().execution;
    await begin();
    await fail();
    expect(await get<Deployment>(registryKeys.deployment(MODEL, failed))).toMatchObject({
      status: 'failed',
      reason: 'no luck',
    });
    expect(started()).toMatchObject({ execution: `${failed}-restore`, kind: 'restoration', modelVersion: 2 });
    expect(await begin()).toEqual({
      ...{ outcome: 'restore', endpoint: 'modelloop-test-churn' },
      champion: { release: 2, endpointConfig: 'c-churn-promote-2-v2-1' },
    });
    await endRestoration(world, started());
    expect(await endRestoration(world, started())).toMatchObject({ status: 'done' });
    expect(await get<DeploymentLock>(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    await deploy(await wishForVersion(world, { model: MODEL, version: 3 }));
    expect(started().execution).toBe('churn-promote-3-v3-2');
  });

  it('frees the lock when the restoration fails, too', async () => {
    await trainedVersion(world, 3);
    await requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 3 }));
    await begin();
    await fail();
    await fail();
    expect(await get<DeploymentLock>(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    expect(await get<Deployment>(registryKeys.deployment(MODEL, started().execution))).toMatchObject({
      status: 'failed',
    });
  });

  /** All of this happens before a beginning commits; or before it reads its number, which is after all else that it reads. */
  const meanwhile = (happens: () => Promise<unknown>, before: 'number' | 'commit'): PipelineWorld => {
    let due = true;
    const once = async () => {
      if (!due) return;
      due = false;
      await happens();
    };
    const store: PipelineWorld['store'] = {
      ...world.store,
      get: async (key) => {
        if (before === 'number' && key.sort === registryKeys.deploymentHead(MODEL).sort) await once();
        return world.store.get(key);
      },
      commit: async (changes) => {
        if (before === 'commit') await once();
        await world.store.commit(changes);
      },
    };
    return { ...world, store };
  };
  const failing = async (wish: Wish) => {
    await requestDeployment(world, wish);
    await begin();
    await fail();
    await begin();
    await endRestoration(world, started());
  };
  const third = { model: MODEL, modelVersion: 3, run: 3, execution: 'churn-v3-r3', kind: 'promotion' } as const;

  it('is not missed by a verdict that read before it and commits after it, though the lock was free both times', async () => {
    await trainedVersion(world, 3);
    await foundBetter(world, 3);
    const back = async () => failing(await wishToGoBack(world, { model: MODEL }));
    expect(await beginDeployment(meanwhile(back, 'number'), third)).toMatchObject({ outcome: 'held' });
  });

  it('by others, all of it meanwhile, takes the place of what was asked for', async () => {
    await trainedVersion(world, 3);
    const asked = { ...third, kind: 'manual', champion: 2, execution: 'x' } as const;
    const other = async () => deploy(await wishForVersion(world, { model: MODEL, version: 1 }));
    expect(await beginDeployment(meanwhile(other, 'number'), asked)).toMatchObject({ outcome: 'not-needed' });
    expect(await get<Deployment>(registryKeys.deployment(MODEL, 'x'))).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('model version 1 is live as release 3'),
    });
  });

  it('by others, failed meanwhile, has used its number', async () => {
    await trainedVersion(world, 3);
    const asked = { ...third, kind: 'manual', champion: 2, execution: 'x' } as const;
    const other = async () => failing(await wishForVersion(world, { model: MODEL, version: 1 }));
    // releases 1 and 2 were deployments 1 and 2, what failed was number 3
    expect(await beginDeployment(meanwhile(other, 'commit'), asked)).toMatchObject({
      config: { EndpointConfigName: 'modelloop-test-churn-d4' },
    });
  });

  it('by a restoration cannot be broken by whoever looked for it before it was there', async () => {
    await trainedVersion(world, 3);
    await requestDeployment(world, await wishForVersion(world, { model: MODEL, version: 3 }));
    await begin();
    const late = started();
    const unstarted = { ...world.executions, start: () => Promise.reject(new Error('killed')) };
    const executionArn = world.executions.arn('deployment', late.execution);
    world.executions.end(executionArn, { status: 'FAILED' });
    const event = { executionArn, stateMachineArn: stateMachineArn(place, 'deployment') };
    await expect(recordFailure({ ...world, executions: unstarted }, event)).rejects.toThrow('killed');
    const restorationBegins = async () => {
      await recordFailure(world, event);
      expect(await begin()).toMatchObject({ outcome: 'restore' });
    };
    await trainedVersion(world, 4);
    const other = { model: MODEL, modelVersion: 4, run: 4, execution: 'y', kind: 'manual', champion: 2 } as const;
    expect(await beginDeployment(meanwhile(restorationBegins, 'commit'), other)).toMatchObject({
      outcome: 'not-needed',
      reason: expect.stringContaining('is being restored'),
    });
  });
});
