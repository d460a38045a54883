import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../shared/domain/hash.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import type { ModelVersion } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import type { RunPlan } from '../../../shared/events/build-tasks.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { ArtifactError } from '../../../shared/use-cases/build/read-artifact.ts';
import { NoCandidateError, RunOverError, selectCandidate } from '../../../shared/use-cases/build/select-candidate.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import {
  addCodeVersion,
  addDataVersion,
  buckets,
  MODEL,
  type PipelineWorld,
  part,
  pipelineWorld,
  preparePart,
  runRecord,
  trained,
} from '../../fixtures/pipeline-world.ts';
import { plannedRun } from '../../fixtures/planned-run.ts';

const metrics = (auc: number | string) => ({ 'metrics.json': `{"validation": {"auc": ${auc}}, "rows": 10}` });

describe('selecting a candidate', () => {
  let world: PipelineWorld;
  let plan: RunPlan;

  beforeEach(async () => {
    world = pipelineWorld();
    await addCodeVersion(world);
    await addDataVersion(world, 1, [part('jan')]);
    preparePart(world, part('jan'), { train: 70, validation: 10, test: 20 });
    await startRun(world, { model: MODEL });
    plan = await plannedRun(world, { model: MODEL, run: 1 });
  });

  it('registers the best one as a model version with the hash of its artefact, and notes all on the run', async () => {
    trained(world, 1, 'shallow', metrics(0.7));
    trained(world, 1, 'deep', { ...metrics(0.8), 'model.json': 'weights' });
    const selected = await selectCandidate(world, plan);
    expect(selected).toMatchObject({
      modelVersion: 1,
      model: { ModelName: 'modelloop-test-churn-v1' },
      transform: { TransformJobName: 'modelloop-test-churn-r1-test', ModelName: 'modelloop-test-churn-v1' },
    });
    const key = modelKeys.artifact(MODEL, 'modelloop-test-churn-r1-deep');
    const bytes = await world.objects.read({ bucket: buckets.model, key });
    const stored = await world.store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    expect(stored?.value).toMatchObject({
      ...{ run: 1, candidate: 'deep', dataVersion: 1, codeVersion: 1, validation: { auc: 0.8 } },
      artifact: { bucket: buckets.model, key, sha256: sha256(bytes) },
      image: '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
    });
    const run = await runRecord(world, 1);
    expect(run.modelVersion).toBe(1);
    expect(run.candidates?.map((c) => [c.candidate, c.validation.auc])).toEqual([
      ['shallow', 0.7],
      ['deep', 0.8],
    ]);
  });

  it('gives the same answer again, and no second version', async () => {
    trained(world, 1, 'shallow', metrics(0.7));
    trained(world, 1, 'deep', metrics(0.8));
    const [first, second] = [await selectCandidate(world, plan), await selectCandidate(world, plan)];
    expect(second).toEqual(first);
    const together = await Promise.all([selectCandidate(world, plan), selectCandidate(world, plan)]);
    expect(together).toEqual([first, first]);
    expect(await world.store.get(registryKeys.modelVersion(MODEL, 2))).toBeUndefined();
  });

  it('makes one version when two are at it at the same time', async () => {
    trained(world, 1, 'shallow', metrics(0.7));
    trained(world, 1, 'deep', metrics(0.8));
    const answers = await Promise.all([1, 2, 3].map(() => selectCandidate(world, plan)));
    expect(answers.map((a) => a.modelVersion)).toEqual([1, 1, 1]);
  });

  it.each(['NaN', 'Infinity', '-Infinity', 'null'])('never lets %s win', async (score) => {
    trained(world, 1, 'shallow', metrics(score));
    trained(world, 1, 'deep', metrics(0.1));
    await selectCandidate(world, plan);
    const stored = await world.store.get<ModelVersion>(registryKeys.modelVersion(MODEL, 1));
    expect(stored?.value.candidate).toBe('deep');
  });

  it('says what each wrote when none has a score', async () => {
    trained(world, 1, 'shallow', metrics('NaN'));
    trained(world, 1, 'deep', { 'metrics.json': '{"validation": {"logloss": 0.5}}' });
    await expect(selectCandidate(world, plan)).rejects.toThrow(NoCandidateError);
    await expect(selectCandidate(world, plan)).rejects.toThrow(
      'no candidate has a finite validation auc: modelloop-test-churn-r1-shallow wrote {}; modelloop-test-churn-r1-deep wrote {"logloss":0.5}',
    );
  });

  it.each([
    [{ 'model.json': 'weights' }, 'holds no metrics.json: train.py must write'],
    [{ 'metrics.json': 'auc: 1' }, 'metrics.json of training job modelloop-test-churn-r1-deep is not valid'],
    [{ 'metrics.json': '{"auc": 0.8}' }, 'is not valid'],
    [{ 'metrics.json': '{"validation": {"auc": "high"}}' }, 'is not valid'],
  ])('names the training job and what is wrong with its artefact: %j', async (files, words) => {
    trained(world, 1, 'shallow', metrics(0.7));
    trained(world, 1, 'deep', files);
    await expect(selectCandidate(world, plan)).rejects.toThrow(ArtifactError);
    await expect(selectCandidate(world, plan)).rejects.toThrow(words);
  });

  it('says that an artefact is no archive', async () => {
    trained(world, 1, 'shallow', metrics(0.7));
    world.objects.put(buckets.model, modelKeys.artifact(MODEL, 'modelloop-test-churn-r1-deep'), 'not a gzip');
    await expect(selectCandidate(world, plan)).rejects.toThrow(
      'the artefact of training job modelloop-test-churn-r1-deep cannot be read',
    );
  });

  it('registers nothing for a run that is over', async () => {
    trained(world, 1, 'shallow', metrics(0.7));
    trained(world, 1, 'deep', metrics(0.8));
    await failRun(world, { model: MODEL, run: 1 }, { status: 'ABORTED' });
    await expect(selectCandidate(world, plan)).rejects.toThrow(RunOverError);
    expect(await world.store.get(registryKeys.modelHead(MODEL))).toBeUndefined();
  });
});
