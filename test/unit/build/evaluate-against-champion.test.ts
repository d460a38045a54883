import { beforeEach, describe, expect, it } from 'vitest';
import { canaryOf } from '../../../shared/domain/deployment/canary.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import type { Champion, DeploymentLock, ModelVersion } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import type { EvaluateRunTask } from '../../../shared/events/build-tasks.ts';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import type { RegistryStore } from '../../../shared/ports/registry-store.ts';
import { evaluateRun } from '../../../shared/use-cases/build/evaluate-run.ts';
import { ChampionNotScoredError } from '../../../shared/use-cases/build/hold-against-champion.ts';
import { selectCandidate } from '../../../shared/use-cases/build/select-candidate.ts';
import { builtRun } from '../../fixtures/built-run.ts';
import {
  addCodeVersion,
  buckets,
  definition,
  MODEL,
  type PipelineWorld,
  place,
  runRecord,
  scoring,
  transformed,
  verdictOf,
} from '../../fixtures/pipeline-world.ts';

const knowing = ({ age }: { age: number }) => ({ prediction: age / 100 });
const guessing = ({ age }: { age: number }) => ({ prediction: (age % 7) / 10 });

describe('evaluating a run while a champion is live', () => {
  let world: PipelineWorld;
  const predicted = { outcome: 'predicted' } as const;
  const input = (champion: EvaluateRunTask['champion'] = predicted) => ({
    ...{ model: MODEL, run: 1, modelVersion: 1 },
    champion,
  });
  const evaluate = async (champion?: EvaluateRunTask['champion'], ports = world) =>
    verdictOf(await evaluateRun(ports, input(champion)));
  const championPredicts = (version: number, predict: typeof knowing) =>
    transformed(world, 1, predict, modelKeys.championPredictions(MODEL, 1, version));

  /** Model version `version` goes live, as a sibling of the one in question. */
  const goesLive = async (store: RegistryStore, version: number, over: Partial<ModelVersion> = {}) => {
    const mine = await store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    if (!mine) throw new Error('no model version 1');
    const artifact = { ...mine.value.artifact, sha256: `${version}`.repeat(64) };
    const value = { ...mine.value, artifact, version, test: { auc: 0.999 }, ...over };
    const before = await store.get<Champion>(registryKeys.champion(MODEL));
    const champion: Champion = { release: version - 1, modelVersion: version, since: 'then' };
    await store.commit([
      { put: registryKeys.modelVersion(MODEL, version), value, expect: 'absent' },
      {
        put: registryKeys.champion(MODEL),
        value: champion,
        expect: before ? { revision: before.revision } : 'absent',
      },
    ]);
  };

  beforeEach(async () => {
    world = { ...(await builtRun()), engine: scoring({ auc: 0.8 }) };
    await transformed(world, 1, knowing);
    await goesLive(world.store, 9);
  });

  it('promotes what is better, with both scores and the interval, on record and in the evaluation', async () => {
    await championPredicts(9, guessing);
    const verdict = await evaluate();
    expect(verdict).toMatchObject({
      ...{ decision: 'promote', outcome: 'better', challenger: { auc: 0.8 } },
      // What the champion scored in its own run, 0.999, is not looked at.
      champion: { release: 8, modelVersion: 9, scores: { auc: 0.8 } },
      comparison: { margin: 0, level: 0.95, resamples: 1000, seed: 1 },
    });
    expect(verdict.comparison?.low).toBeGreaterThan(0.2);
    expect((await runRecord(world, 1)).verdict).toEqual(verdict);
    const key = modelKeys.evaluation(MODEL, 1);
    const text = new TextDecoder().decode(await world.objects.read({ bucket: buckets.model, key }));
    expect(JSON.parse(text).verdict).toEqual(verdict);
    expect(world.bus.published.map((e) => e.type)).toEqual(['ModelVersionApproved', 'RunEnded']);
  });

  it('keeps a champion that is better', async () => {
    await transformed(world, 1, guessing);
    await championPredicts(9, knowing);
    const verdict = await evaluate();
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'not-better' });
    expect(verdict.comparison?.high).toBeLessThan(0);
    expect(world.bus.published.map((e) => e.type)).toEqual(['RunEnded']);
  });

  describe('on rows that belong together', () => {
    /** The group of row i, with label y. */
    const grouped = (of: (i: number, y: number) => number): PipelineWorld => ({
      ...world,
      engine: {
        ...world.engine,
        score: async (...call) => {
          const scored = await world.engine.score(...call);
          const ofRow = Uint32Array.from(scored.labels, (y, i) => of(i, y));
          return { ...scored, groups: { by: 'customer', count: Math.max(...ofRow) + 1, ofRow } };
        },
      },
    });
    beforeEach(() => championPredicts(9, guessing));

    it('resamples them together, and says so', async () => {
      const { comparison, reasons } = await evaluate(
        predicted,
        grouped((i) => i % 40),
      );
      expect(comparison?.groups).toEqual({ by: 'customer', count: 40 });
      expect(reasons[1]).toContain('(resampled by customer: 40 groups): all above 0');
    });

    it('does not know with too few groups', async () => {
      expect(
        await evaluate(
          predicted,
          grouped((i) => i % 29),
        ),
      ).toMatchObject({
        outcome: 'too-few-rows',
        reasons: ['the test rows are of 29 groups by customer, fewer than the 30 that an interval needs (split.group)'],
      });
    });

    it('counts the groups that a class is in', async () => {
      const oneClassIn9 = grouped((i, y) => (y === 1 ? i % 9 : 9 + (i % 31)));
      expect(await evaluate(predicted, oneClassIn9)).toMatchObject({
        outcome: 'too-few-rows',
        reasons: [expect.stringContaining('the rarest class has test rows in 9 groups by customer, fewer than the 10')],
      });
    });
  });

  it('finds its likeness by its predictions', async () => {
    await championPredicts(9, knowing);
    expect(await evaluate()).toMatchObject({ decision: 'keep-champion', outcome: 'identical' });
  });

  it('finds its likeness by its artefact, and needs no predictions of it', async () => {
    const mine = await world.store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    await goesLive(world.store, 10, mine && { artifact: mine.value.artifact });
    const verdict = await evaluate({ outcome: 'none' });
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'identical', champion: { modelVersion: 10 } });
  });

  it('takes a champion that fails on the new rows for an outcome', async () => {
    const Cause = JSON.stringify({ TransformJobName: 't', TransformJobStatus: 'Failed', FailureReason: 'no column x' });
    const failure = { Error: 'States.TaskFailed', Cause };
    const verdict = await evaluate({ outcome: 'failed', modelVersion: 9, failure });
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'not-comparable' });
    expect(verdict.reasons[0]).toContain('transform job t failed: no column x');
    expect(await runRecord(world, 1)).toMatchObject({ status: 'finished' });
  });

  const job = (more: object) => JSON.stringify({ TransformJobName: 't', TransformJobStatus: 'Failed', ...more });
  it.each([
    ['a quota', { Error: 'SageMaker.ResourceLimitExceededException', Cause: 'the limit is 1 instance' }],
    ['no right to it', { Error: 'SageMaker.AmazonSageMakerException', Cause: 'Error Code: AccessDeniedException' }],
    [
      'a fault of SageMaker',
      { Error: 'States.TaskFailed', Cause: job({ FailureReason: 'InternalServerError: sorry' }) },
    ],
    ['no capacity', { Error: 'States.TaskFailed', Cause: job({ FailureReason: 'CapacityError: try again' }) }],
    ['somebody who stopped it', { Error: 'States.TaskFailed', Cause: job({ TransformJobStatus: 'Stopped' }) }],
  ])('decides nothing when the champion was not let: %s', async (_, failure) => {
    await expect(evaluate({ outcome: 'failed', modelVersion: 9, failure })).rejects.toThrow(ChampionNotScoredError);
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
  });

  it('takes a champion whose predictions cannot be used for one, but not a challenger', async () => {
    await championPredicts(9, guessing);
    const engine = { ...world.engine };
    const { score } = world.engine;
    const broken = (part: string) => ({
      ...engine,
      score: async (...[test, files, contract]: Parameters<typeof score>) => {
        const { readFile } = await import('node:fs/promises');
        const text = await readFile(files[0] ?? '', 'utf8');
        if (text.includes(part)) throw new PredictionsError('3 predictions are not probabilities');
        return score(test, files, contract);
      },
    });
    const verdict = await evaluate(predicted, { ...world, engine: broken('"prediction":0.6') });
    expect(verdict).toMatchObject({ outcome: 'not-comparable' });
    expect(verdict.reasons[0]).toContain('3 predictions are not probabilities');
    const other = { ...(await builtRun()), engine: broken('"prediction":0.25') };
    await transformed(other, 1, knowing);
    await expect(evaluateRun(other, input())).rejects.toThrow(PredictionsError);
  });

  it('asks for the predictions of a champion that went live meanwhile, and then decides against that one', async () => {
    await championPredicts(9, guessing);
    await goesLive(world.store, 10);
    expect(await evaluateRun(world, input())).toMatchObject({
      outcome: 'score-champion',
      champion: {
        modelVersion: 10,
        transform: {
          TransformJobName: 'modelloop-test-churn-r1-test-v10',
          ModelName: 'modelloop-test-churn-v10',
          TransformInput: { DataSource: { S3DataSource: { S3Uri: `s3://${buckets.data}/runs/churn/1/test/` } } },
          TransformOutput: { S3OutputPath: `s3://${buckets.model}/evaluations/churn/1/champion/v10/predictions/` },
        },
      },
    });
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
    await championPredicts(10, guessing);
    expect(await evaluate()).toMatchObject({ outcome: 'better', champion: { modelVersion: 10 } });
  });

  it('does not take the failure of an earlier champion for that of this one', async () => {
    await goesLive(world.store, 10);
    const failed = { outcome: 'failed', modelVersion: 9, failure: { Error: 'x' } } as const;
    expect(await evaluateRun(world, input(failed))).toMatchObject({ outcome: 'score-champion' });
  });

  it('never commits against a champion that is not live any more', async () => {
    await championPredicts(9, guessing);
    const store: RegistryStore = {
      ...world.store,
      commit: async (changes) => {
        // Another one goes live between the comparison and the commit.
        if (!(await world.store.get(registryKeys.modelVersion(MODEL, 10)))) await goesLive(world.store, 10);
        return world.store.commit(changes);
      },
    };
    expect(await evaluateRun({ ...world, store }, input())).toMatchObject({ outcome: 'score-champion' });
    expect(await runRecord(world, 1)).toMatchObject({ status: 'running' });
  });

  describe('while the champion is being replaced', () => {
    const owner = 'churn-v10-r2';
    const waiting = { outcome: 'wait', reason: 'model version 10 is being deployed' };
    let after: (minutes: number) => PipelineWorld;

    beforeEach(async () => {
      await championPredicts(9, guessing);
      const since = world.clock();
      const lock: DeploymentLock = { owner, deployment: 2, run: 2, modelVersion: 10, kind: 'promotion', since };
      await world.store.commit([{ put: registryKeys.deploymentLock(MODEL), value: lock, expect: 'absent' }]);
      await world.executions.start('deployment', owner, {});
      after = (minutes) => ({
        ...world,
        clock: () => new Date(Date.parse(since) + minutes * 60_000).toISOString(),
      });
    });

    it('waits as long as the longest canary takes', async () => {
      const slow = definition({ deployment: { instances: 2, canary: { bakeMinutes: 60 } } });
      const canary = canaryOf(place, slow, { deployment: 2, endpointConfig: 'c' });
      const { MaximumExecutionTimeoutInSeconds: longest = 0 } = canary?.deploymentConfig.BlueGreenUpdatePolicy ?? {};
      expect(longest).toBeGreaterThan(60 * 60);
      for (const minutes of [0, longest / 60]) expect(await evaluateRun(after(minutes), input())).toEqual(waiting);
    });

    it('does not wait for ever', async () => {
      expect(await evaluate(predicted, after(24 * 60))).toMatchObject({ outcome: 'better' });
    });

    it('does not wait for an execution that has ended and left its lock', async () => {
      world.executions.end(world.executions.arn('deployment', owner), { status: 'ABORTED' });
      expect(await evaluate(predicted, after(1))).toMatchObject({ outcome: 'better' });
    });
  });

  it('asks for predictions when the candidate is selected, where they are of use', async () => {
    const plan = { model: MODEL, run: 1, candidates: [] };
    expect((await selectCandidate(world, plan)).champion).toMatchObject({
      modelVersion: 9,
      transform: { TransformJobName: 'modelloop-test-churn-r1-test-v9' },
    });
    await addCodeVersion(world, 2, { split: { test: 0.1, validation: 0.1 } });
    await goesLive(world.store, 10, { codeVersion: 2 });
    expect((await selectCandidate(world, plan)).champion).toBeUndefined();
    const verdict = await evaluate({ outcome: 'none' });
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'not-comparable' });
    expect(verdict.reasons[0]).toContain('its test share was 0.1, now it is 0.2');
  });
});
