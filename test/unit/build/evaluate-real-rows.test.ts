import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelKeys } from '../../../shared/domain/keys.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { MODEL, type PipelineWorld, runRecord, transformed, verdictOf } from '../../fixtures/pipeline-world.ts';
import { anotherIsLive, selectedRun } from '../../fixtures/real-rows.ts';

/** Rows that the engine has split itself, predictions in batch transform's format, the engine's own figures. */
describe('evaluating a run on real rows', { timeout: 60_000 }, () => {
  let directory: string;
  let world: PipelineWorld;
  const input = { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } } as const;

  /** Whoever is older than 50 leaves, but for one in nineteen: a column that tells it without an error would be refused as a leak. */
  const part = (i: number) =>
    Array.from({ length: 1000 }, (_, n) => `c${i}-${n},${n % 100},${n % 100 > 50 !== (n % 19 === 0)}`);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evaluate-'));
    world = await selectedRun(directory, [part(0), part(1)]);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('promotes a model that knows', async () => {
    await transformed(world, 1, ({ age }) => ({ prediction: age > 50 ? 0.9 : 0.1 }));
    const verdict = verdictOf(await evaluateRun(world, input));
    expect(verdict.challenger.auc).toBeGreaterThan(0.9);
    expect(verdict.decision).toBe('promote');
    // With a share of errors e: accuracy is 1 − e, and the Brier score 0.01·(1 − e) + 0.81·e.
    const errors = 1 - (verdict.challenger.accuracy ?? Number.NaN);
    expect(errors).toBeGreaterThan(0);
    expect(errors).toBeLessThan(0.1);
    expect(verdict.challenger.brier).toBeCloseTo(0.01 * (1 - errors) + 0.81 * errors, 9);
    expect(verdict.testRows).toBeGreaterThan(300);
  });

  it('compares with the champion row by row: the difference is that of the two scores', async () => {
    await anotherIsLive(world);
    await transformed(world, 1, ({ age }) => ({ prediction: age / 100 }));
    const theirs = modelKeys.championPredictions(MODEL, 1, 9);
    await transformed(world, 1, ({ age }) => ({ prediction: ((age * 7) % 100) / 100 }), theirs);
    const verdict = verdictOf(await evaluateRun(world, { ...input, champion: { outcome: 'predicted' } }));
    expect(verdict).toMatchObject({ decision: 'promote', outcome: 'better' });
    const gain = (verdict.challenger.auc ?? Number.NaN) - (verdict.champion?.scores?.auc ?? Number.NaN);
    expect(verdict.comparison?.difference).toBeCloseTo(gain, 12);
    expect(verdict.comparison?.low).toBeLessThan(gain);
    expect(verdict.comparison?.high).toBeGreaterThan(gain);
  });

  it('fails one that has it the wrong way round', async () => {
    await transformed(world, 1, ({ age }) => ({ prediction: age > 50 ? 0.1 : 0.9 }));
    const verdict = verdictOf(await evaluateRun(world, input));
    expect(verdict.decision).toBe('fail-gates');
    expect(verdict.challenger.auc).toBeLessThan(0.1);
  });

  it.each([
    ['not a number', () => ({ prediction: null })],
    ['no prediction', () => ({})],
  ])('gives no verdict on predictions that are %s, and leaves the run to be failed', async (_, predict) => {
    await transformed(world, 1, predict);
    await expect(evaluateRun(world, input)).rejects.toThrow(PredictionsError);
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
  });
});
