import { beforeEach, describe, expect, it } from 'vitest';
import { memoryEndpoints } from '../../../shared/adapters/memory/endpoints.ts';
import { modelKeys } from '../../../shared/domain/keys.ts';
import { PredictionFormatError } from '../../../shared/domain/prediction.ts';
import { EndpointError } from '../../../shared/ports/endpoints.ts';
import { SmokeTestError, smokeTest } from '../../../shared/use-cases/deployment/smoke-test.ts';
import { approvedModel, predicted } from '../../fixtures/approved-model.ts';
import { buckets, MODEL, type PipelineWorld } from '../../fixtures/pipeline-world.ts';

describe('the smoke test', () => {
  let world: PipelineWorld;
  const endpoint = 'modelloop-test-churn';
  const test = (answer: (features: { age: number }) => unknown) =>
    smokeTest(
      { ...world, endpoints: memoryEndpoints({ [endpoint]: (body) => answer(body as { age: number }) }) },
      { model: MODEL, modelVersion: 1, run: 1, endpoint },
    );

  beforeEach(async () => {
    world = await approvedModel();
  });

  it('asks for the features of five test rows and is content with the predictions of the evaluation', async () => {
    const asked: unknown[] = [];
    expect(
      await test((features) => {
        asked.push(features);
        return predicted(features);
      }),
    ).toEqual({ rows: 5 });
    expect(asked).toEqual([{ age: 20 }, { age: 21 }, { age: 22 }, { age: 23 }, { age: 24 }]);
  });

  it('overlooks how a number is written, and nothing more', async () => {
    await test((f) => ({ prediction: predicted(f).prediction + 1e-10 }));
    await expect(test((f) => ({ prediction: predicted(f).prediction + 1e-8 }))).rejects.toThrow(SmokeTestError);
  });

  it('says which row differs, and by what', async () => {
    await expect(test(({ age }) => ({ prediction: age === 22 ? 0.9 : age / 100 }))).rejects.toThrow(
      /predicts 0.9 for test row \w{4}-2 of run 1; model version 1 predicted 0.22 when it was evaluated/,
    );
  });

  it.each([
    [{ prediction: 1.5 }],
    [{ prediction: -0.1 }],
    [{ prediction: '0.2' }],
    [{ prediction: null }],
    [{ score: 0.2 }],
    [[{ prediction: 0.2 }]],
    [0.2],
    [null],
  ])('refuses the answer %j', async (answer) => {
    await expect(test(() => answer)).rejects.toThrow(PredictionFormatError);
  });

  it('passes on what the endpoint says', async () => {
    await expect(
      test(() => {
        throw new EndpointError('the model answered 500');
      }),
    ).rejects.toThrow('the model answered 500');
  });

  it('says where a prediction is missing', async () => {
    const [key] = await world.objects.list(buckets.model, modelKeys.predictions(MODEL, 1));
    world.objects.put(buckets.model, String(key), '{"id": "x", "SageMakerOutput": {"prediction": 0.2}}\n');
    await expect(test(predicted)).rejects.toThrow(/has no prediction for test row \w{4}-0 of run 1/);
  });
});
