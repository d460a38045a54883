import { beforeEach, describe, expect, it } from 'vitest';
import { deploymentExecutionName } from '../../../shared/domain/names.ts';
import type { Champion, DeploymentLock } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { deploymentStart } from '../../../shared/events/deployment-tasks.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { approveAnother, approvedModel } from '../../fixtures/approved-model.ts';
import { trainedVersion } from '../../fixtures/deployment-machine.ts';
import { MODEL, type PipelineWorld, runRecord } from '../../fixtures/pipeline-world.ts';

describe('beginning a deployment', () => {
  let world: PipelineWorld;
  const nameOf = (n: number) => deploymentExecutionName(MODEL, n, n);
  /** Run n made model version n. */
  const begin = async (n = 1) => {
    await startDeployment(world, { model: MODEL, modelVersion: n, run: n });
    return beginDeployment(world, { model: MODEL, modelVersion: n, run: n, execution: nameOf(n), kind: 'promotion' });
  };
  const lock = async () => (await world.store.get<DeploymentLock>(registryKeys.deploymentLock(MODEL)))?.value;
  const end = (n: number, status: 'FAILED' | 'SUCCEEDED' | 'TIMED_OUT', cause?: string) =>
    world.executions.end(world.executions.arn('deployment', nameOf(n)), { status, ...(cause && { cause }) });

  beforeEach(async () => {
    world = await approvedModel();
  });

  it('takes the lock, notes it on the run, and says what to create', async () => {
    const start = await begin();
    expect(start).toMatchObject({
      outcome: 'create',
      endpoint: 'modelloop-test-churn',
      config: {
        EndpointConfigName: 'modelloop-test-churn-d1',
        ProductionVariants: [{ ModelName: 'modelloop-test-churn-v1' }],
        DataCaptureConfig: { DestinationS3Uri: expect.stringContaining('/captures/churn/1/') },
      },
    });
    expect(deploymentStart.parse(start)).toEqual(start);
    expect(await lock()).toMatchObject({ owner: 'churn-v1-r1', deployment: 1, run: 1, modelVersion: 1 });
    expect((await runRecord(world, 1)).deployment).toMatchObject({ status: 'deploying' });
  });

  it('says the same again to the owner of the lock', async () => {
    const first = await begin();
    expect(await begin()).toEqual(first);
    expect((await lock())?.deployment).toBe(1);
  });

  it('is busy while another deployment is under way', async () => {
    await begin();
    await approveAnother(world, 2);
    expect(await begin(2)).toEqual({ outcome: 'busy', owner: 'churn-v1-r1' });
    expect((await lock())?.owner).toBe('churn-v1-r1');
  });

  it.each(['FAILED', 'TIMED_OUT', 'SUCCEEDED'] as const)(
    'breaks the lock of an execution that has ended %s, under a new number, and says so on its run',
    async (status) => {
      await begin();
      await approveAnother(world, 2);
      end(1, status, status === 'FAILED' ? 'the endpoint did not come up' : undefined);
      expect(await begin(2)).toMatchObject({
        outcome: 'create',
        config: { EndpointConfigName: 'modelloop-test-churn-d2' },
      });
      expect(await lock()).toMatchObject({ owner: 'churn-v2-r2', deployment: 2 });
      const { deployment } = await runRecord(world, 1);
      expect(deployment?.status).toBe('failed');
      if (status === 'FAILED') expect(deployment?.reason).toBe('the endpoint did not come up');
    },
  );

  it.each(['Creating', 'InService', 'Failed', 'Deleting'])(
    'has an endpoint that a first deployment left behind deleted before it makes one: %s',
    async (status) => {
      const endpoint = 'modelloop-test-churn';
      world.hosting.endpoints.set(endpoint, { status });
      expect(deploymentStart.parse(await begin())).toEqual({ outcome: 'clearing' });
      if (status === 'Creating') {
        expect(world.hosting.endpoints.get(endpoint)).toEqual({ status: 'Creating' });
        world.hosting.endpoints.set(endpoint, { status: 'InService' });
        expect(await begin()).toEqual({ outcome: 'clearing' });
      }
      while (world.hosting.endpoints.has(endpoint)) expect(await begin()).toEqual({ outcome: 'clearing' });
      expect(await begin()).toMatchObject({ outcome: 'create', endpoint });
    },
  );

  it('breaks the lock of an execution that never was', async () => {
    const value: DeploymentLock = {
      ...{ owner: 'ghost', deployment: 1, run: 1, modelVersion: 1, kind: 'promotion', since: 'then' },
    };
    await world.store.commit([{ put: registryKeys.deploymentLock(MODEL), value, expect: 'absent' }]);
    expect(await begin()).toMatchObject({ outcome: 'create' });
  });

  it('does not break a lock when Step Functions cannot be asked', async () => {
    await begin();
    await approveAnother(world, 2);
    const executions = { ...world.executions, describe: () => Promise.reject(new Error('throttled')) };
    const input = { model: MODEL, modelVersion: 2, run: 2, execution: nameOf(2), kind: 'promotion' } as const;
    await expect(beginDeployment({ ...world, executions }, input)).rejects.toThrow('throttled');
    expect((await lock())?.owner).toBe('churn-v1-r1');
  });

  const live = (modelVersion: number) => {
    const value: Champion = { release: 4, modelVersion, since: 'then' };
    return world.store.commit([{ put: registryKeys.champion(MODEL), value, expect: 'absent' }]);
  };

  it('has nothing to do for what is live', async () => {
    await live(1);
    expect(await begin()).toEqual({ outcome: 'not-needed', reason: 'model version 1 is live as release 4' });
    expect(await lock()).toBeUndefined();
  });

  it('does not replace a champion that it has not been compared with, and notes why', async () => {
    await trainedVersion(world, 7);
    await live(7);
    const reason =
      'model version 7 is live as release 4, and has not been compared with model version 1 on the same rows';
    expect(await begin()).toEqual({ outcome: 'not-needed', reason });
    expect(await begin()).toEqual({ outcome: 'not-needed', reason });
    expect((await runRecord(world, 1)).deployment).toMatchObject({ status: 'not-needed', reason });
  });
});
