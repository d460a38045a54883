import { beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import type { ModelVersion } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { RunOverError } from '../../../shared/use-cases/build/select-candidate.ts';
import { builtRun } from '../../fixtures/built-run.ts';
import {
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  runRecord,
  scoring,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';

describe('evaluating a run', () => {
  let world: PipelineWorld;
  const input = { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } } as const;
  const evaluate = async (ports = world) => verdictOf(await evaluateRun(ports, input));
  const slot = () => world.store.get(registryKeys.runSlot(MODEL));

  beforeEach(async () => {
    world = { ...(await builtRun()), engine: scoring({ auc: 0.8, logloss: 0.4 }) };
    await transformed(world, 1, () => ({ prediction: 0.5 }));
  });

  it('ends the run with its verdict, frees the slot, and announces both', async () => {
    expect(await slot()).toBeDefined();
    expect(await evaluate()).toMatchObject({ decision: 'promote', testRows: 500, challenger: { auc: 0.8 } });
    expect(await runRecord(world, 1)).toMatchObject({ status: 'finished', verdict: { decision: 'promote' } });
    expect(await slot()).toBeUndefined();
    const version = await world.store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    expect(version?.value.test).toEqual({ auc: 0.8, logloss: 0.4 });
    expect(world.bus.published).toEqual([
      { type: 'ModelVersionApproved', model: MODEL, modelVersion: 1, run: 1 },
      { type: 'RunEnded', model: MODEL, run: 1 },
    ]);
  });

  it.each([
    [5, 'the rarest class has 5 test rows'],
    [0, 'the rarest class has 0 test rows'],
  ])('counts the rows of the rarest class: %i of 500 are true', async (trues, reason) => {
    const engine = { ...world.engine };
    engine.score = async (...asked) => ({
      ...(await world.engine.score(...asked)),
      labels: Float64Array.from({ length: 500 }, (_, i) => Number(i < trues)),
    });
    const verdict = await evaluate({ ...world, engine });
    expect(verdict).toMatchObject({ decision: 'unknown', outcome: 'too-few-rows' });
    expect(verdict.reasons[0]).toContain(reason);
  });

  it('gives the engine the prepared test rows and the predictions, part by part in the same order', async () => {
    let seen: { test: readonly string[]; predictions: readonly string[]; target: string } | undefined;
    const engine = { ...world.engine };
    engine.score = async (test, predictions, { target }) => {
      seen = { test: await Promise.all(test.map(read)), predictions: await Promise.all(predictions.map(read)), target };
      return world.engine.score(test, predictions, contractOf(definition()));
    };
    await evaluate({ ...world, engine });
    expect(seen?.target).toBe('left');
    expect(seen?.test).toHaveLength(2);
    for (const [i, text] of seen?.test.entries() ?? []) {
      const part = text.replace('test.parquet of ', '');
      expect(seen?.predictions[i]).toContain(`"id":"${part.slice(0, 4)}-0"`);
    }
  });

  it('writes the evaluation beside the predictions', async () => {
    await evaluate();
    const key = modelKeys.evaluation(MODEL, 1);
    const text = new TextDecoder().decode(await world.objects.read({ bucket: buckets.model, key }));
    expect(JSON.parse(text)).toMatchObject({ model: MODEL, run: 1, modelVersion: 1, verdict: { decision: 'promote' } });
  });

  it('approves nothing that missed a gate, and still ends the run', async () => {
    expect(await evaluate({ ...world, engine: scoring({ auc: 0.5 }) })).toMatchObject({ decision: 'fail-gates' });
    expect(world.bus.published).toEqual([{ type: 'RunEnded', model: MODEL, run: 1 }]);
    expect(await slot()).toBeUndefined();
  });

  it('records a score that is not a number as absent', async () => {
    const verdict = await evaluate({ ...world, engine: scoring({ auc: Number.NaN, logloss: 0.4 }) });
    expect(verdict).toMatchObject({ decision: 'fail-gates', challenger: { logloss: 0.4 } });
  });

  it('announces again after a crash behind the commit, with the verdict that was recorded', async () => {
    const bus = { ...world.bus, publish: () => Promise.reject(new Error('killed')) };
    await expect(evaluate({ ...world, bus })).rejects.toThrow('killed');
    const verdict = await evaluate({ ...world, engine: scoring({ auc: 0.1 }) });
    expect(verdict.decision).toBe('promote');
    expect(world.bus.published.map((e) => e.type)).toEqual(['ModelVersionApproved', 'RunEnded']);
  });

  it('leaves a run that was recorded as failed alone', async () => {
    await failRun(world, { model: MODEL, run: 1 }, { status: 'TIMED_OUT' });
    await expect(evaluate()).rejects.toThrow(RunOverError);
    expect(await runRecord(world, 1)).toMatchObject({ status: 'failed' });
  });

  it('says where it looked for predictions that are not there', async () => {
    const bare = { ...(await builtRun()), engine: world.engine };
    await expect(evaluateRun(bare, input)).rejects.toThrow(PredictionsError);
    await expect(evaluateRun(bare, input)).rejects.toThrow(`s3://${buckets.model}/evaluations/churn/1/predictions/`);
  });
});

const read = async (path: string) => (await import('node:fs/promises')).readFile(path, 'utf8');
