import { beforeEach, describe, expect, it } from 'vitest';
import { notWaiting } from '../../../shared/domain/deployment/approval.ts';
import type { Hold, Release, WaitingChallenger } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { rejectChallenger, wishToApprove } from '../../../shared/use-cases/deployment/decide-approval.ts';
import {
  requestDeployment,
  type Wish,
  wishForVersion,
} from '../../../shared/use-cases/deployment/request-deployment.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { foundBetter, trainedVersion } from '../../fixtures/deployment-machine.ts';
import { addCodeVersion, MODEL, type PipelineWorld, pipelineWorld, runRecord } from '../../fixtures/pipeline-world.ts';
import { started as newestStarted } from '../../fixtures/worlds/deployments.ts';

const MANUAL = { deployment: { approval: 'manual' } } as const;

/** Model version 1 is live, its definition asks for approval; run n makes model version n. */
describe('a challenger that needs an approval', () => {
  let world: PipelineWorld;
  const waiting = async () => (await world.store.get<WaitingChallenger>(registryKeys.waiting(MODEL)))?.value;
  const status = async (run: number) => (await runRecord(world, run)).deployment;
  const started = () => newestStarted(world);
  const begin = () => beginDeployment(world, started());
  const deploy = async (wish: Wish): Promise<Release> => {
    expect(await requestDeployment(world, wish)).toMatchObject({ outcome: 'requested' });
    expect(await begin()).toMatchObject({ endpoint: expect.any(String) });
    return commitRelease(world, { ...started(), endpoint: 'e', endpointConfig: `c-${started().execution}` });
  };
  const promoted = async (n: number) => {
    await trainedVersion(world, n);
    await foundBetter(world, n);
    return startDeployment(world, { model: MODEL, modelVersion: n, run: n });
  };
  const byJo = { model: MODEL, by: 'arn:aws:iam::1:user/jo', reason: 'as agreed' };
  const approve = () => wishToApprove(world, byJo);

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world, 1, MANUAL);
    await trainedVersion(world, 1);
    await deploy(await wishForVersion(world, { model: MODEL, version: 1 }));
  });

  it('waits without an execution or a lock, and news say so with the commands', async () => {
    const before = world.executions.started.length;
    expect(await promoted(2)).toMatchObject({ status: 'waiting-for-approval' });
    expect(world.executions.started.length).toBe(before);
    expect(await world.store.get(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    const [news] = world.notifications.published;
    expect(news).toMatchObject({
      topic: 'modelloop-test-notify',
      subject: 'NEWS churn: run 2 is waiting for approval (test)',
    });
    expect(news?.text).toContain('npx modelloop approve churn --run 2 --stage test');
    expect(news?.text).toContain('as told');
    expect(news?.text).toContain('release 1, model version 1');
  });

  it('goes live once it is approved; by whom and why is on the run and on the release', async () => {
    await promoted(2);
    const release = await deploy(await approve());
    const approval = { by: byJo.by, reason: 'as agreed', at: expect.any(String) };
    expect(release).toMatchObject({ release: 2, kind: 'promotion', approval });
    expect(await runRecord(world, 2)).toMatchObject({
      approval: { ...approval, decision: 'approved' },
      deployment: { status: 'live', release: 2 },
    });
    expect(await waiting()).toBeUndefined();
    await expect(approve()).rejects.toThrow('nothing of churn is waiting for approval');
    await expect(wishToApprove(world, { ...byJo, run: 2 })).rejects.toThrow(
      'its promotion is live as release 2 (approved by arn:aws:iam::1:user/jo',
    );
  });

  it('is not deployed by the verdict alone, whoever starts the machine', async () => {
    await promoted(2);
    const execution = { model: MODEL, modelVersion: 2, run: 2, kind: 'promotion', execution: 'x' } as const;
    expect(await beginDeployment(world, execution)).toMatchObject({ reason: 'run 2 is waiting for approval' });
    expect(await status(2)).toMatchObject({ status: 'waiting-for-approval' });
  });

  it('is superseded by a newer one, in whatever order their events come', async () => {
    await promoted(3);
    expect(await promoted(2)).toMatchObject({ status: 'superseded', reason: expect.stringContaining('run 3') });
    await promoted(4);
    expect(await status(3)).toMatchObject({ status: 'superseded', reason: expect.stringContaining('run 4') });
    expect(await waiting()).toMatchObject({ run: 4 });
    expect(world.notifications.published.at(-1)?.text).toContain('It takes the place of run 3');
    await expect(wishToApprove(world, { ...byJo, run: 3 })).rejects.toThrow('run 4 came later');
  });

  it('stays out once it is rejected, and another approval of it is told why', async () => {
    await promoted(2);
    await rejectChallenger(world, byJo);
    expect(await status(2)).toMatchObject({ status: 'rejected' });
    expect(await waiting()).toBeUndefined();
    const because = 'run 2 was rejected by arn:aws:iam::1:user/jo';
    await expect(wishToApprove(world, { ...byJo, run: 2 })).rejects.toThrow(because);
    await expect(rejectChallenger(world, { ...byJo, run: 2 })).rejects.toThrow(because);
    expect(await startDeployment(world, { model: MODEL, modelVersion: 2, run: 2 })).toMatchObject({
      status: 'rejected',
    });
  });

  it('loses against a rejection that comes while the machine begins, and stays rejected', async () => {
    await promoted(2);
    await requestDeployment(world, await approve());
    await rejectChallenger(world, { ...byJo, reason: 'not so fast' });
    expect(await begin()).toMatchObject({ reason: expect.stringContaining('not so fast') });
    expect(await status(2)).toMatchObject({ status: 'rejected' });
    expect(await world.store.get(registryKeys.deploymentLock(MODEL))).toBeUndefined();
  });

  it('cannot be approved when it was compared with what is not live any more, and goes on waiting', async () => {
    await promoted(2);
    await trainedVersion(world, 3);
    const asked = await approve();
    await deploy(await wishForVersion(world, { model: MODEL, version: 3 }));
    const reason = 'model version 3 is live as release 2, and has not been compared with model version 2';
    await expect(approve()).rejects.toThrow(reason);
    // as well when the approval was on its way already
    await requestDeployment(world, asked);
    expect(await begin()).toMatchObject({ reason: expect.stringContaining(reason) });
    expect(await status(2)).toMatchObject({ status: 'waiting-for-approval' });
  });

  it('cannot be approved during a hold', async () => {
    await promoted(2);
    const value: Hold = { since: 'noon', reason: 'rolled back', release: 1 };
    await world.store.commit([{ put: registryKeys.hold(MODEL), value, expect: 'absent' }]);
    await expect(approve()).rejects.toThrow('automatic promotion has been on hold since noon: rolled back');
  });

  it('does not wait any more when somebody promotes it by hand', async () => {
    await promoted(2);
    await deploy(await wishForVersion(world, { model: MODEL, version: 2 }));
    expect(await waiting()).toBeUndefined();
    expect(await status(2)).toMatchObject({ status: 'live' });
  });

  it('is asked for by the definition that is live as well: code that takes the approval away needs one', async () => {
    await addCodeVersion(world, 2);
    await trainedVersion(world, 2, 2);
    await foundBetter(world, 2);
    expect(await startDeployment(world, { model: MODEL, modelVersion: 2, run: 2 })).toMatchObject({
      status: 'waiting-for-approval',
    });
    await deploy(await approve());
    await trainedVersion(world, 3, 2);
    await foundBetter(world, 3);
    expect(await startDeployment(world, { model: MODEL, modelVersion: 3, run: 3 })).toHaveProperty('execution');
  });

  it('tells of a run that never waited what its verdict was', () => {
    const verdict = { decision: 'keep-champion', reasons: ['this may be chance'] } as never;
    expect(notWaiting({ run: 7, verdict })).toBe('run 7 was not promoted by its verdict: this may be chance');
  });
});
