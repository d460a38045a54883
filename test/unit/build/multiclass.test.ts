import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryEndpoints } from '../../../shared/adapters/memory/endpoints.ts';
import type { Metric } from '../../../shared/domain/build/metrics.ts';
import type { Baseline } from '../../../shared/domain/drift/baseline.ts';
import { readCapturedCall } from '../../../shared/domain/drift/captured-call.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import { answerIn, PredictionFormatError } from '../../../shared/domain/prediction.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { writeBaseline } from '../../../shared/use-cases/build/write-baseline.ts';
import { SmokeTestError, smokeTest } from '../../../shared/use-cases/deployment/smoke-test.ts';
import {
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';
import { anotherIsLive, selectedRun } from '../../fixtures/real-rows.ts';

const CLASSES = ['stays', 'pauses', 'leaves'];
const over = (metric: Metric): Parameters<typeof definition>[0] => ({
  ...{ task: 'multiclass', metric, target: 'next', gates: [{ metric: 'accuracy', min: 0.5 }] },
  columns: {
    customer: { type: 'string', feature: false },
    age: { type: 'integer', min: 0 },
    next: { type: 'string', values: CLASSES },
  },
});
const asked = definition(over('logloss'));

/** Surely by `sure`, the rest shared by the other two. */
const told = (prediction: string | undefined, sure: number) => ({
  prediction,
  probabilities: Object.fromEntries(CLASSES.map((c) => [c, c === prediction ? sure : (1 - sure) / 2])),
});
const byAge = ({ age }: { age: number }) => CLASSES[Math.floor(age / 34)];
const knowing = (features: { age: number }) => told(byAge(features), 0.8);
const guessing = ({ age }: { age: number }) => told(age % 3 === 0 ? CLASSES[1] : byAge({ age }), 0.7);

describe('a model of classes, on real rows', { timeout: 60_000 }, () => {
  let directory: string;
  let world: PipelineWorld;
  const input = { model: MODEL, run: 1, modelVersion: 1, champion: { outcome: 'none' } } as const;
  const endpoint = 'modelloop-test-churn';

  /** What a customer does next follows from the age, but for one in nineteen. */
  const next = (n: number) => CLASSES[(Math.floor((n % 100) / 34) + (n % 19 === 0 ? 1 : 0)) % 3];
  const rows = Array.from({ length: 1500 }, (_, n) => `c${n},${n % 100},${next(n)}`);
  const begin = async (metric: Metric) => {
    world = await selectedRun(directory, [rows], over(metric));
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'multiclass-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each(['logloss', 'accuracy', 'macro_f1'] as const)('is ranked by %s, against the champion too', async (metric) => {
    await begin(metric);
    await anotherIsLive(world);
    await transformed(world, 1, knowing);
    await transformed(world, 1, guessing, modelKeys.championPredictions(MODEL, 1, 9));
    const verdict = verdictOf(await evaluateRun(world, { ...input, champion: { outcome: 'predicted' } }));
    expect(verdict).toMatchObject({ decision: 'promote', outcome: 'better' });
    expect(Object.keys(verdict.challenger).sort()).toEqual(['accuracy', 'logloss', 'macro_f1']);
    const [mine, theirs] = [verdict.challenger[metric], verdict.champion?.scores?.[metric]].map(Number) as [
      number,
      number,
    ];
    const gain = metric === 'logloss' ? theirs - mine : mine - theirs;
    expect(gain).toBeGreaterThan(0.05);
    expect(verdict.comparison?.difference).toBeCloseTo(gain, 12);
  });

  it('is the same model only where every probability is', async () => {
    await begin('logloss');
    await anotherIsLive(world);
    await transformed(world, 1, knowing);
    const theirs = modelKeys.championPredictions(MODEL, 1, 9);
    await transformed(world, 1, (f) => told(byAge(f), 0.79), theirs);
    const evaluate = async () =>
      verdictOf(await evaluateRun(world, { ...input, champion: { outcome: 'predicted' } })).outcome;
    expect(await evaluate()).toBe('better');
    await begin('logloss');
    await anotherIsLive(world);
    await transformed(world, 1, knowing);
    await transformed(world, 1, knowing, theirs);
    expect(await evaluate()).toBe('identical');
  });

  it('has a baseline of the classes that it predicts', async () => {
    await begin('logloss');
    await transformed(world, 1, knowing);
    await writeBaseline(world, input);
    const key = modelKeys.baseline(MODEL, 1);
    const { prediction } = JSON.parse(
      new TextDecoder().decode(await world.objects.read({ bucket: buckets.model, key })),
    ) as Baseline;
    expect(prediction).toMatchObject({ kind: 'categorical', nulls: 0, distinct: 3, other: 0 });
    if (prediction.kind === 'categorical') expect(Object.keys(prediction.counts).sort()).toEqual([...CLASSES].sort());
  });

  it('is smoke-tested by class and by probability', async () => {
    await begin('logloss');
    await transformed(world, 1, knowing);
    const test = (answer: (features: { age: number }) => unknown) =>
      smokeTest(
        { ...world, endpoints: memoryEndpoints({ [endpoint]: (body) => answer(body as { age: number }) }) },
        { model: MODEL, modelVersion: 1, run: 1, endpoint },
      );
    expect(await test(knowing)).toEqual({ rows: 5 });
    await expect(test((f) => told(byAge(f), 0.8001))).rejects.toThrow(
      /predicts \w+ \(0\.8001\) .* predicted \w+ \(0\.8\)/,
    );
    await expect(test((f) => ({ ...knowing(f), prediction: 'pauses' }))).rejects.toThrow(SmokeTestError);
    await expect(test(() => ({ prediction: 0.5 }))).rejects.toThrow(PredictionFormatError);
  });
});

describe('an answer of classes', () => {
  const good = told('leaves', 0.8);

  it('is the class, and the probability of each', () => expect(answerIn(good, asked)).toEqual(good));

  it.each([
    { prediction: 'dies', probabilities: good.probabilities },
    { prediction: 'leaves' },
    { prediction: 'leaves', probabilities: [0.1, 0.1, 0.8] },
    { prediction: 'leaves', probabilities: { ...good.probabilities, dies: 0 } },
    { prediction: 'leaves', probabilities: { stays: 0.5, pauses: 0.5 } },
    { prediction: 'leaves', probabilities: { ...good.probabilities, stays: 0.2 } },
    { prediction: 'leaves', probabilities: { stays: '0.1', pauses: 0.1, leaves: 0.8 } },
    { prediction: 'leaves', probabilities: { stays: -0.1, pauses: 0.3, leaves: 0.8 } },
    { prediction: 2, probabilities: good.probabilities },
    null,
  ])('is refused: %j', (answer) => {
    expect(() => answerIn(answer, asked)).toThrow(PredictionFormatError);
  });

  const captured = (type: string, data: string) => {
    const side = (text: string, kind: string) => ({ observedContentType: kind, data: text, encoding: 'JSON' });
    const input = side('{"age": 40}', 'application/json');
    const record = { captureData: { endpointInput: input, endpointOutput: side(data, type) } };
    return readCapturedCall(JSON.stringify(record), asked);
  };

  it.each([
    ['application/json', JSON.stringify(good)],
    ['application/jsonlines', `${JSON.stringify(good)}\n`],
    ['text/csv', '"leaves",0.1,0.1,0.8'],
  ])('is counted by its class when it is captured as %s', (type, data) => {
    expect(captured(type, data)).toEqual({ rows: [{ features: { age: 40 }, prediction: 'leaves' }], unreadable: [] });
  });

  it.each([
    ['application/json', '{"prediction": "leaves"}'],
    ['text/csv', 'leaves,0.1'],
    ['text/csv', '0.8'],
  ])('is said to be unreadable when it is something else: %s %s', (type, data) => {
    const call = captured(type, data);
    expect(call.unreadable).toEqual(['the answer is not one prediction a row']);
    expect(call.rows).toEqual([{ features: { age: 40 } }]);
  });
});
