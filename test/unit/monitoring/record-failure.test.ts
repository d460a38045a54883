import { beforeEach, describe, expect, it } from 'vitest';
import { type Pipeline, stateMachineArn } from '../../../shared/domain/names.ts';
import type { UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { ForeignExecutionError, recordFailure } from '../../../shared/use-cases/monitoring/record-failure.ts';
import { approveAnother, approvedModel } from '../../fixtures/approved-model.ts';
import { builtRun } from '../../fixtures/built-run.ts';
import {
  addDataVersion,
  MODEL,
  type PipelineWorld,
  part,
  place,
  runRecord,
  scoring,
  transformed,
} from '../../fixtures/pipeline-world.ts';

const cause = JSON.stringify({
  TrainingJobName: 'modelloop-test-churn-r1-deep',
  TrainingJobStatus: 'Failed',
  FailureReason: 'AlgorithmError: exit code 1',
});

/** Ends an execution, and tells of it as the rule would. */
const fail = (
  world: PipelineWorld,
  pipeline: Pipeline,
  name: string,
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'SUCCEEDED' = 'FAILED',
) => {
  const executionArn = world.executions.arn(pipeline, name);
  world.executions.end(executionArn, { status, ...(status === 'FAILED' && { error: 'States.TaskFailed', cause }) });
  return recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, pipeline) });
};

describe('recording the failure of a build', () => {
  let world: PipelineWorld;
  beforeEach(async () => {
    world = await builtRun();
  });
  const slot = () => world.store.get(registryKeys.runSlot(MODEL));

  it("notes the training job's reason on the run, frees its slot and announces its end", async () => {
    await fail(world, 'build', 'churn-r1');
    expect(await runRecord(world, 1)).toMatchObject({
      status: 'failed',
      failure: {
        error: 'States.TaskFailed',
        reason: 'training job modelloop-test-churn-r1-deep failed: AlgorithmError: exit code 1',
      },
    });
    expect(await slot()).toBeUndefined();
    expect(world.bus.published).toEqual([{ type: 'RunEnded', model: MODEL, run: 1 }]);
    expect(world.metrics.calls).toEqual([[{ name: 'FailedRun', model: MODEL, value: 1 }]]);
  });

  it('measures it in any case: when the first attempt could not, and when another function recorded it before', async () => {
    const metrics = { ...world.metrics, put: () => Promise.reject(new Error('throttled')) };
    await expect(fail({ ...world, metrics }, 'build', 'churn-r1')).rejects.toThrow('throttled');
    expect(await runRecord(world, 1)).toMatchObject({ status: 'failed' });
    await fail(world, 'build', 'churn-r1');
    expect(world.metrics.valuesOf('FailedRun', MODEL)).toEqual([1]);
  });

  it('lets the next upload run through', async () => {
    await fail(world, 'build', 'churn-r1');
    await addDataVersion(world, 2, [part('mar')]);
    expect(await startRun(world, { model: MODEL })).toEqual({ outcome: 'started', run: 2 });
  });

  it('changes nothing when told again, even with the next run under way', async () => {
    await fail(world, 'build', 'churn-r1');
    const before = await runRecord(world, 1);
    await addDataVersion(world, 2, [part('mar')]);
    await startRun(world, { model: MODEL });
    await fail(world, 'build', 'churn-r1');
    expect(await runRecord(world, 1)).toEqual(before);
    expect((await slot())?.value).toMatchObject({ run: 2 });
  });

  it('leaves a recorded success alone, and announces what the execution died before announcing', async () => {
    const failing = { ...world, engine: scoring({ auc: 0.8 }) };
    await transformed(world, 1, () => ({ prediction: 0.5 }));
    const bus = { ...world.bus, publish: () => Promise.reject(new Error('the bus is down')) };
    const input = { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } } as const;
    await expect(evaluateRun({ ...failing, bus }, input)).rejects.toThrow('the bus is down');
    await fail(world, 'build', 'churn-r1');
    expect(await runRecord(world, 1)).toMatchObject({ status: 'finished', verdict: { decision: 'promote' } });
    expect(world.bus.published.map((e) => e.type)).toEqual(['ModelVersionApproved', 'RunEnded']);
    expect(world.metrics.calls).toEqual([]);
  });

  it.each(['SUCCEEDED', 'RUNNING'] as const)(
    'asks Step Functions, and does nothing when it says %s',
    async (status) => {
      const executionArn = world.executions.arn('build', 'churn-r1');
      world.executions.end(executionArn, { status });
      await recordFailure(world, { executionArn, stateMachineArn: stateMachineArn(place, 'build') });
      expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
    },
  );

  it('refuses executions that are not ours', async () => {
    const executionArn = world.executions.arn('build', 'churn-r1');
    const machine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:other';
    await expect(recordFailure(world, { executionArn, stateMachineArn: machine })).rejects.toThrow(
      ForeignExecutionError,
    );
    await world.executions.start('build', 'by-hand', { hello: 'world' });
    await expect(fail(world, 'build', 'by-hand')).rejects.toThrow('execution by-hand has an input that is not ours');
  });
});

describe('recording the failure of a deployment', () => {
  let world: PipelineWorld;
  const owned = { model: MODEL, modelVersion: 1, run: 1, execution: 'churn-v1-r1', kind: 'promotion' } as const;
  const lock = () => world.store.get(registryKeys.deploymentLock(MODEL));

  beforeEach(async () => {
    world = await approvedModel();
    await startDeployment(world, owned);
  });

  it('notes the reason on the run and frees the lock, so that the next one can begin', async () => {
    await beginDeployment(world, owned);
    await fail(world, 'deployment', 'churn-v1-r1', 'TIMED_OUT');
    expect((await runRecord(world, 1)).deployment).toMatchObject({
      status: 'failed',
      reason: 'the execution took too long',
    });
    expect(world.metrics.calls).toEqual([[{ name: 'FailedDeployment', model: MODEL, value: 1 }]]);
    expect(await lock()).toBeUndefined();
    await approveAnother(world, 2);
    const next = { model: MODEL, modelVersion: 2, run: 2, execution: 'churn-v2-r2', kind: 'promotion' } as const;
    expect(await beginDeployment(world, next)).toMatchObject({ outcome: 'create' });
  });

  it('is recorded of one that never took the lock, too', async () => {
    await fail(world, 'deployment', 'churn-v1-r1', 'ABORTED');
    expect((await runRecord(world, 1)).deployment).toMatchObject({
      status: 'failed',
      reason: 'the execution was stopped',
    });
  });

  it("leaves another's lock alone", async () => {
    await beginDeployment(world, owned);
    world.executions.end(world.executions.arn('deployment', 'churn-v1-r1'), { status: 'FAILED' });
    await approveAnother(world, 2);
    const next = { model: MODEL, modelVersion: 2, run: 2 };
    await startDeployment(world, next);
    await beginDeployment(world, { ...next, execution: 'churn-v2-r2', kind: 'promotion' });
    await fail(world, 'deployment', 'churn-v1-r1');
    expect((await lock())?.value).toMatchObject({ owner: 'churn-v2-r2' });
  });

  it('leaves a release that was committed alone', async () => {
    await beginDeployment(world, owned);
    await commitRelease(world, { ...owned, endpoint: 'e', endpointConfig: 'c' });
    await fail(world, 'deployment', 'churn-v1-r1');
    expect((await runRecord(world, 1)).deployment).toMatchObject({ status: 'live', release: 1 });
    expect(world.metrics.calls).toEqual([]);
  });
});

describe('recording the failure of a data execution', () => {
  it('notes the reason on the upload', async () => {
    const world = await builtRun();
    const upload: UploadRecord = {
      ...{ uploadId: 'u1', model: MODEL, bucket: 'b', key: 'in/churn/x.csv', versionId: 'v', size: 1 },
      ...{ uploadedAt: 'then', sequencer: '1', registeredAt: 'then' },
    };
    await world.store.commit([{ put: registryKeys.upload(MODEL, 'u1'), value: upload, expect: 'absent' }]);
    await world.executions.start('data', 'churn-u1', { model: MODEL, uploadId: 'u1' });
    await fail(world, 'data', 'churn-u1', 'TIMED_OUT');
    const stored = await world.store.get<UploadRecord>(registryKeys.upload(MODEL, 'u1'));
    expect(stored?.value.outcome).toMatchObject({ status: 'failed', reason: 'the execution took too long' });
  });
});
