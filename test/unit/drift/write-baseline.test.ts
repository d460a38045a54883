import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import type { Baseline } from '../../../shared/domain/drift/baseline.ts';
import { hashOf } from '../../../shared/domain/hash.ts';
import { dataKeys, modelKeys, PREPARED_FILES } from '../../../shared/domain/keys.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { planRun } from '../../../shared/use-cases/build/plan-run.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { writeBaseline } from '../../../shared/use-cases/build/write-baseline.ts';
import {
  addCodeVersion,
  addDataVersion,
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  transformed,
} from '../../fixtures/pipeline-world.ts';

/** Two parts, split and profiled by the real engine. */

let directory: string;
let world: PipelineWorld;
const contract = contractOf(definition());
const input = { model: MODEL, run: 1, modelVersion: 1 };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'baseline-'));
  world = { ...pipelineWorld(), engine: duckdbEngine({ directory }) };
  await addCodeVersion(world);
  const parts = [part('jan'), part('feb')].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  await addDataVersion(world, 1, parts);
  for (const [i, { sha256 }] of parts.entries()) await prepare(sha256, i);
  await startRun(world, { model: MODEL });
  await planRun(world, { model: MODEL, run: 1 });
});
afterEach(() => rm(directory, { recursive: true }));

const prepare = async (sha256: string, i: number) => {
  const rows = Array.from({ length: 300 }, (_, n) => `c${i}-${n},${100 * i + (n % 100)},${n % 3 === 0}`);
  const path = join(directory, `upload-${i}.csv`);
  await writeFile(path, ['customer,age,left', ...rows].join('\n'));
  const rowsPath = join(directory, `rows-${i}.parquet`);
  expect(await world.engine.validate({ path, name: 'upload.csv' }, contract, rowsPath)).toEqual({
    ok: true,
    rows: 300,
  });
  const split = join(directory, `split-${i}`);
  await mkdir(split);
  const counts = await world.engine.split(rowsPath, contract, split);
  const prefix = dataKeys.prepared(MODEL, sha256, hashOf(contract));
  for (const file of await readdir(split))
    world.objects.put(buckets.data, `${prefix}${file}`, await readFile(join(split, file)));
  world.objects.put(buckets.data, `${prefix}${PREPARED_FILES.rows}`, JSON.stringify(counts));
};

const written = async (): Promise<Baseline> =>
  JSON.parse(
    new TextDecoder().decode(await world.objects.read({ bucket: buckets.model, key: modelKeys.baseline(MODEL, 1) })),
  ) as Baseline;

test('holds every row of every part, features only, and the predictions for the test rows', async () => {
  await transformed(world, 1, ({ age }) => ({ prediction: age / 200 }));
  await writeBaseline(world, input);
  const { rows, features, prediction, ...facts } = await written();
  expect(facts).toMatchObject({ model: MODEL, modelVersion: 1, run: 1, dataVersion: 1, codeVersion: 1 });
  expect(rows).toBe(600);
  expect(Object.keys(features)).toEqual(['age']);
  expect(features.age).toMatchObject({ kind: 'numeric', nulls: 0, min: 0, max: 199, mean: 99.5 });
  // One bin a value: both parts' ages, three times each.
  expect(features.age?.counts).toEqual(Array(200).fill(3));
  if (prediction.kind !== 'numeric') throw new Error('probabilities are numbers');
  const tested = prediction.counts.reduce((sum, c) => sum + c, 0);
  expect(tested).toBeGreaterThan(60);
  expect(tested).toBeLessThan(200);
  expect(prediction.max).toBeLessThanOrEqual(1);
});

test('is written once: a repetition finds it', async () => {
  await transformed(world, 1, ({ age }) => ({ prediction: age / 200 }));
  await writeBaseline(world, input);
  const first = await written();
  await writeBaseline(world, input);
  expect(await written()).toEqual(first);
});

test('fails without predictions: what cannot be watched goes no further', async () => {
  await expect(writeBaseline(world, input)).rejects.toThrow(PredictionsError);
});
