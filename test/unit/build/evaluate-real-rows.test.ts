import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import { hashOf } from '../../../shared/domain/hash.ts';
import { dataKeys, modelKeys, PREPARED_FILES } from '../../../shared/domain/keys.ts';
import type { Champion, ModelVersion } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { planRun } from '../../../shared/use-cases/build/plan-run.ts';
import { selectCandidate } from '../../../shared/use-cases/build/select-candidate.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import {
  addCodeVersion,
  addDataVersion,
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  runRecord,
  trained,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';

/** Rows that the engine has split itself, predictions in batch transform's format, the engine's own figures. */
describe('evaluating a run on real rows', { timeout: 60_000 }, () => {
  let directory: string;
  let world: PipelineWorld;
  const contract = contractOf(definition());
  const input = { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } } as const;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evaluate-'));
    world = { ...pipelineWorld(), engine: duckdbEngine({ directory }) };
    await addCodeVersion(world);
    const parts = [part('jan'), part('feb')].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    await addDataVersion(world, 1, parts);
    for (const [i, { sha256 }] of parts.entries()) await prepare(sha256, i);
    await startRun(world, { model: MODEL });
    const plan = await planRun(world, { model: MODEL, run: 1 });
    for (const { candidate } of plan.candidates)
      trained(world, 1, candidate, { 'metrics.json': '{"validation": {"auc": 0.8}}' });
    await selectCandidate(world, plan);
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Whoever is older than 50 leaves, but for one in nineteen: a column that tells it without an error would be refused as a leak. */
  const prepare = async (sha256: string, i: number) => {
    const rows = Array.from({ length: 1000 }, (_, n) => `c${i}-${n},${n % 100},${n % 100 > 50 !== (n % 19 === 0)}`);
    const path = join(directory, `upload-${i}.csv`);
    await writeFile(path, ['customer,age,left', ...rows].join('\n'));
    const rowsPath = join(directory, `rows-${i}.parquet`);
    expect(await world.engine.validate({ path, name: 'upload.csv' }, contract, rowsPath)).toEqual({
      ok: true,
      rows: 1000,
    });
    const split = join(directory, `split-${i}`);
    await mkdir(split);
    const counts = await world.engine.split(rowsPath, contract, split);
    const prefix = dataKeys.prepared(MODEL, sha256, hashOf(contract));
    for (const file of await readdir(split))
      world.objects.put(buckets.data, `${prefix}${file}`, await readFile(join(split, file)));
    world.objects.put(buckets.data, `${prefix}${PREPARED_FILES.rows}`, JSON.stringify(counts));
  };

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
    const mine = await world.store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    if (!mine) throw new Error('no model version 1');
    const artifact = { ...mine.value.artifact, sha256: '9'.repeat(64) };
    const champion: Champion = { release: 1, modelVersion: 9, since: 'then' };
    await world.store.commit([
      {
        put: registryKeys.modelVersion(MODEL, 9),
        value: { ...mine.value, version: 9, artifact } satisfies ModelVersion,
        expect: 'absent',
      },
      { put: registryKeys.champion(MODEL), value: champion, expect: 'absent' },
    ]);
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
