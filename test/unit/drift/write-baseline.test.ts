import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Baseline } from '../../../shared/domain/drift/baseline.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { writeBaseline } from '../../../shared/use-cases/build/write-baseline.ts';
import { buckets, MODEL, type PipelineWorld, transformed } from '../../fixtures/pipeline-world.ts';
import { runOnRealRows } from '../../fixtures/real-rows.ts';

/** Two parts, split and profiled by the real engine. */

let directory: string;
let world: PipelineWorld;
const input = { model: MODEL, run: 1, modelVersion: 1 };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'baseline-'));
  const part = (i: number) => Array.from({ length: 300 }, (_, n) => `c${i}-${n},${100 * i + (n % 100)},${n % 3 === 0}`);
  ({ world } = await runOnRealRows(directory, [part(0), part(1)]));
});
afterEach(() => rm(directory, { recursive: true }));

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
