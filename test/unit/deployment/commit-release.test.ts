import { beforeEach, describe, expect, it } from 'vitest';
import type { Champion, Release } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease, LockLostError } from '../../../shared/use-cases/deployment/commit-release.ts';
import { approvedModel } from '../../fixtures/approved-model.ts';
import { MODEL, type PipelineWorld, runRecord } from '../../fixtures/pipeline-world.ts';

describe('committing a release', () => {
  let world: PipelineWorld;
  const owned = { model: MODEL, modelVersion: 1, run: 1, execution: 'churn-v1-r1', kind: 'promotion' } as const;
  const serving = { ...owned, endpoint: 'modelloop-test-churn', endpointConfig: 'modelloop-test-churn-d1' };
  const champion = async () => (await world.store.get<Champion>(registryKeys.champion(MODEL)))?.value;

  beforeEach(async () => {
    world = await approvedModel();
    await beginDeployment(world, owned);
  });

  it('makes the release, moves the champion, ends the lock and tells the run, at once', async () => {
    const release = await commitRelease(world, serving);
    expect(release).toMatchObject({
      ...{ model: MODEL, release: 1, dataVersion: 1, codeVersion: 1, modelVersion: 1, run: 1 },
      ...{ endpoint: 'modelloop-test-churn', endpointConfig: 'modelloop-test-churn-d1' },
      artifactSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      image: '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
    });
    expect((await world.store.get<Release>(registryKeys.release(MODEL, 1)))?.value).toEqual(release);
    expect(await champion()).toEqual({ release: 1, modelVersion: 1, since: release.liveFrom });
    expect(await world.store.get(registryKeys.deploymentLock(MODEL))).toBeUndefined();
    expect((await runRecord(world, 1)).deployment).toEqual({ status: 'live', release: 1, at: release.liveFrom });
  });

  it.each([
    ['what its tag was resolved to', `xgboost@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
    ['nothing where SageMaker does not say', 'xgboost:3.2-0', undefined],
  ])('keeps of the image: %s', async (_, ResolvedImage, digest) => {
    const release = await commitRelease(world, { ...serving, variants: [{ DeployedImages: [{ ResolvedImage }] }] });
    expect(release.imageDigest).toBe(digest);
  });

  it('finds its release when it is repeated', async () => {
    const first = await commitRelease(world, serving);
    expect(await commitRelease(world, serving)).toEqual(first);
    expect(await world.store.get(registryKeys.release(MODEL, 2))).toBeUndefined();
  });

  it('makes one release of two at the same time', async () => {
    const [a, b] = await Promise.all([commitRelease(world, serving), commitRelease(world, serving)]);
    expect(a).toEqual(b);
    expect((await champion())?.release).toBe(1);
  });

  it('commits nothing without the lock', async () => {
    const late = { ...serving, execution: 'somebody-else' };
    await expect(commitRelease(world, late)).rejects.toThrow(LockLostError);
    await expect(commitRelease(world, late)).rejects.toThrow(
      'somebody-else does not hold the deployment lock of churn: churn-v1-r1 does',
    );
    expect(await champion()).toBeUndefined();
  });
});
