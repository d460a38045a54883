import { beforeEach, describe, expect, it } from 'vitest';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import {
  addCodeVersion,
  addDataVersion,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  runRecord,
} from '../../fixtures/pipeline-world.ts';

describe('starting a run', () => {
  let world: PipelineWorld;
  const start = (ports = world) => startRun(ports, { model: MODEL });
  const arn = (name: string) => world.executions.arn('build', name);
  beforeEach(() => {
    world = pipelineWorld();
  });

  it('waits for data and for code', async () => {
    expect(await start()).toEqual({ outcome: 'nothing', reason: 'no data version yet' });
    await addDataVersion(world, 1, [part('jan')]);
    expect(await start()).toEqual({ outcome: 'nothing', reason: 'no code version yet' });
    expect(world.executions.started).toEqual([]);
  });

  it('commits the run, then starts its execution', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addDataVersion(world, 2, [part('jan'), part('feb')]);
    await addCodeVersion(world);
    expect(await start()).toEqual({ outcome: 'started', run: 1 });
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running', dataVersion: 2, codeVersion: 1 });
    expect(world.executions.started).toEqual([
      { pipeline: 'build', name: 'churn-r1', input: { model: MODEL, run: 1 } },
    ]);
  });

  it('does nothing while a run is under way, and nothing for what was run already', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addCodeVersion(world);
    await start();
    await addDataVersion(world, 2, [part('feb')]);
    expect(await start()).toEqual({ outcome: 'nothing', reason: 'run 1 is under way' });
    expect(world.executions.started).toHaveLength(1);
  });

  it('starts the execution that a crash after the commit left out', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addCodeVersion(world);
    const broken = { ...world, executions: { ...world.executions, start: () => Promise.reject(new Error('killed')) } };
    await expect(start(broken)).rejects.toThrow('killed');
    expect(world.executions.started).toEqual([]);
    expect(await start()).toEqual({ outcome: 'started', run: 1 });
    expect(world.executions.started).toHaveLength(1);
  });

  it('records the failure of a run whose execution ended without a word, and goes on to what is due', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addCodeVersion(world);
    await start();
    world.executions.end(arn('churn-r1'), { status: 'TIMED_OUT' });
    await addDataVersion(world, 2, [part('feb')]);
    expect(await start()).toEqual({ outcome: 'started', run: 2 });
    expect(await runRecord(world, 1)).toMatchObject({
      status: 'failed',
      failure: { error: 'States.Timeout', reason: 'the execution took too long' },
    });
    expect(world.bus.published).toEqual([{ type: 'RunEnded', model: MODEL, run: 1 }]);
  });

  it('does not take a fault of Step Functions for a missing execution', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addCodeVersion(world);
    await start();
    const broken = {
      ...world,
      executions: { ...world.executions, describe: () => Promise.reject(new Error('throttled')) },
    };
    await expect(start(broken)).rejects.toThrow('throttled');
    expect(world.executions.calls).toBe(1);
  });

  it('leaves other models alone', async () => {
    await addDataVersion(world, 1, [part('jan')]);
    await addCodeVersion(world);
    expect(await startRun(world, { model: 'other' })).toMatchObject({ outcome: 'nothing' });
    expect(await world.store.get(registryKeys.runSlot(MODEL))).toBeUndefined();
  });
});
