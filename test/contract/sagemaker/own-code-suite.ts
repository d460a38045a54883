import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateEndpointCommand, CreateEndpointConfigCommand } from '@aws-sdk/client-sagemaker';
import { describe, expect, test } from 'vitest';
import { checkout } from '../../../infra/local/cloud-state.ts';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import { contractOf } from '../../../shared/domain/definition/model-definition.ts';
import { PREPARED_FILES } from '../../../shared/domain/keys.ts';
import { answerIn, sameAnswer } from '../../../shared/domain/prediction.ts';
import { readArtifact } from '../../../shared/use-cases/build/read-artifact.ts';
import { bundleModel } from '../../../shared/use-cases/code/bundle-model.ts';
import { invoke } from './endpoint-suite.ts';
import { endpointAtRest, putModel, train, transform, transformRequest } from './requests.ts';
import { BUCKET, type World } from './world.ts';

/** Three kinds of petals, which overlap a little. */
const petals = (): string => {
  const kinds = ['setosa', 'versicolor', 'virginica'];
  const lines = Array.from({ length: 600 }, (_, i) => {
    const wobble = ((i * 7919) % 101) / 50 - 1;
    return `${(1 + 2 * (i % 3) + wobble).toFixed(3)},${(0.5 + 0.7 * (i % 3) + wobble / 3).toFixed(3)},${kinds[i % 3]}`;
  });
  return ['length,width,species', ...lines].join('\n');
};

/** A folder with its own train.py and inference.py, by the steps and files of the pipelines: nothing of the recipe's is there. */
export const ownCodeSuite = (world: World) =>
  describe('a model with code of its own', () => {
    test('is trained, predicts the test rows, is scored, and answers the same as an endpoint', async () => {
      const { definition, archive, files } = await bundleModel(join(checkout, 'test/fixtures/own-code'));
      expect(files.map((f) => f.path).sort()).toEqual(['definition.json', 'inference.py', 'model.yaml', 'train.py']);
      await world.put('own/bundle.tar.gz', archive);
      const directory = join(world.directory, 'own');
      const path = (name: string) => join(directory, name);
      mkdirSync(path('split'), { recursive: true });
      writeFileSync(path('petals.csv'), petals());
      const [engine, contract] = [duckdbEngine({ directory }), contractOf(definition)];
      const upload = { path: path('petals.csv'), name: 'petals.csv' };
      expect(await engine.validate(upload, contract, path('rows.parquet'))).toEqual({ ok: true, rows: 600 });
      await engine.split(path('rows.parquet'), contract, path('split'));
      for (const side of ['train', 'validation'] as const)
        await world.put(`own/${side}/part.parquet`, readFileSync(path(`split/${PREPARED_FILES[side]}`)));
      const testInput = readFileSync(path(`split/${PREPARED_FILES.testInput}`), 'utf8');
      await world.put('own/test/part.jsonl', testInput);

      const channel = (name: string) => ({
        ChannelName: name,
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/own/${name}/` },
        },
      });
      const source = { sagemaker_submit_directory: `s3://${BUCKET}/own/bundle.tar.gz` };
      const job = await train(
        world,
        'own-code',
        { ...source, ...definition.candidates[0]?.hyperparameters },
        { InputDataConfig: [channel('train'), channel('validation')] },
      );
      expect(job.FailureReason).toBeUndefined();
      writeFileSync(path('model.tar.gz'), await world.bytes('out/own-code/output/model.tar.gz'));
      const { validation } = await readArtifact(path('model.tar.gz'), 'own-code');
      expect(validation.accuracy).toBeGreaterThan(0.8);

      await putModel(world, 'own-code', `s3://${BUCKET}/out/own-code/output/model.tar.gz`);
      const transformed = await transform(world, 'own-code', {
        ModelName: 'own-code',
        TransformInput: { ...transformRequest('own-code').TransformInput, DataSource: channel('test').DataSource },
      });
      expect(transformed.FailureReason).toBeUndefined();
      const predictions = await world.read('transformed/own-code/part.jsonl.out');
      writeFileSync(path('predictions.jsonl'), predictions);
      const scored = await engine.score([path(`split/${PREPARED_FILES.test}`)], [path('predictions.jsonl')], contract);
      expect(Object.keys(scored.scores)).toEqual(['logloss', 'accuracy', 'macro_f1']);
      expect(scored.scores.accuracy).toBeGreaterThan(0.8);

      const variant = { VariantName: 'live', ModelName: 'own-code', InstanceType: 'ml.m5.large' as const };
      await world.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: 'own-code',
          ProductionVariants: [{ ...variant, InitialInstanceCount: 1, InitialVariantWeight: 1 }],
        }),
      );
      await world.sagemaker.send(
        new CreateEndpointCommand({ EndpointName: 'own-code', EndpointConfigName: 'own-code' }),
      );
      expect((await endpointAtRest(world, 'own-code')).EndpointStatus).toBe('InService');
      const { features } = JSON.parse(testInput.split('\n')[0] ?? '');
      const { text } = await invoke(world, features, { EndpointName: 'own-code' });
      const evaluated = JSON.parse(predictions.split('\n')[0] ?? '').SageMakerOutput;
      expect(sameAnswer(answerIn(JSON.parse(text), definition), answerIn(evaluated, definition))).toBe(true);
    });
  });
