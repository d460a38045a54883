import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { retryRun } from '../../../shared/use-cases/build/retry-run.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { trainedVersion } from '../../fixtures/deployment-machine.ts';
import {
  addCodeVersion,
  addDataVersion,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  runRecord,
} from '../../fixtures/pipeline-world.ts';

const BY = { model: MODEL, by: 'jo' };

/** Run 1, of data 1 × code 1, is under way. */
describe('trying a run again', () => {
  let world: PipelineWorld;
  const fail = (run: number) => failRun(world, { model: MODEL, run }, { status: 'FAILED', cause: 'out of memory' });
  const headAsRead = async () => ({
    revision: (await world.store.get(registryKeys.runHead(MODEL)))?.revision ?? 0,
  });
  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world, 1);
    await addDataVersion(world, 1, [part('jan')]);
    await startRun(world, { model: MODEL });
  });

  it('starts a new one on the same data and code, once; what failed stays on record', async () => {
    await fail(1);
    expect(await startRun(world, { model: MODEL })).toMatchObject({ outcome: 'nothing' });
    expect(await retryRun(world, BY)).toEqual({ what: 'run', dataVersion: 1, codeVersion: 1, after: 1 });
    expect(world.bus.published.at(-1)).toEqual({
      ...{ type: 'RetrainRequested', model: MODEL },
      reason: 'jo asked for run 1 to be tried again',
    });
    // as well when the first was not heard
    await retryRun(world, BY);
    expect(await startRun(world, { model: MODEL })).toEqual({ outcome: 'started', run: 2 });
    expect(await startRun(world, { model: MODEL })).toMatchObject({ outcome: 'nothing' });
    expect(await runRecord(world, 1)).toMatchObject({ status: 'failed' });
    expect(await runRecord(world, 2)).toMatchObject({ dataVersion: 1, codeVersion: 1, status: 'running' });
  });

  it('is refused while it is under way, and of what is not the newest', async () => {
    await expect(retryRun(world, BY)).rejects.toThrow('run 1 is under way');
    await fail(1);
    await addDataVersion(world, 2, [part('feb')]);
    await startRun(world, { model: MODEL });
    await fail(2);
    await expect(retryRun(world, { ...BY, run: 1 })).rejects.toThrow(
      'run 1 took data version 1 × code version 1; a run takes the newest, 2 × 1, and run 2 has already taken these',
    );
  });

  it('is refused of a run that has not failed, with what came of it', async () => {
    await trainedVersion(world, 5);
    await expect(retryRun(world, { ...BY, run: 5 })).rejects.toThrow('run 5 has not failed');
  });

  it('deploys again what its verdict promoted, with the approval that it had', async () => {
    await trainedVersion(world, 5);
    const run = await world.store.get<Run>(registryKeys.run(MODEL, 5));
    if (!run) throw new Error('no run 5');
    const approval = { by: 'jo', at: 'then', decision: 'approved' } as const;
    const value: Run = { ...run.value, approval, deployment: { status: 'failed', reason: 'no luck', at: 'then' } };
    await world.store.commit([{ put: run.key, value, expect: { revision: run.revision } }]);
    expect(await retryRun(world, { ...BY, run: 5 })).toEqual({
      what: 'deployment',
      wish: { kind: 'promotion', model: MODEL, modelVersion: 5, run: 5, approval: { by: 'jo', at: 'then' } },
    });
  });

  it('announces a run that is due, though the newest has not failed', async () => {
    await fail(1);
    await trainedVersion(world, 2);
    await world.store.commit([{ put: registryKeys.runHead(MODEL), value: { latest: 2 }, expect: await headAsRead() }]);
    await addDataVersion(world, 2, [part('feb')]);
    expect(await retryRun(world, BY)).toEqual({ what: 'run', dataVersion: 2, codeVersion: 1, after: 2 });
    expect(await startRun(world, { model: MODEL })).toEqual({ outcome: 'started', run: 3 });
  });

  it('says so when there was none yet', async () => {
    await expect(retryRun(pipelineWorld(), BY)).rejects.toThrow('churn has had no run yet');
  });
});
