import { CreateTransformJobCommand, StopTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, test } from 'vitest';
import { putModel, refusal, train, transform, transformRequest } from './requests.ts';
import { BUCKET, type World } from './world.ts';

const row = (id: string, x1: number) => `{"id": "${id}", "features": {"x1": ${x1}, "x2": 1.0}}`;
const rows = (...all: string[]) => `${all.join('\n')}\n`;

export const transformSuite = (world: World) =>
  describe('batch transform', () => {
    beforeAll(async () => {
      await train(world, 'for-transform');
      await putModel(world, 'contract', `s3://${BUCKET}/out/for-transform/output/model.tar.gz`);
      await world.put('rows/a.jsonl', rows(row('a1', 1), row('a2', 30)));
      await world.put('rows/deep/b.jsonl', rows(row('b1', 30)));
    });
    const output = async (job: string, file: string) =>
      (await world.read(`transformed/${job}/${file}.out`)).split('\n').map((line) => line && JSON.parse(line));

    test('rows go in with their ids, and come out with ids and predictions, file by file', async () => {
      const job = await transform(world, 'ids');
      expect(job.FailureReason).toBeUndefined();
      expect(job.TransformJobStatus).toBe('Completed');
      const [first, second, end] = await output('ids', 'a.jsonl');
      expect([first.id, second.id, end]).toEqual(['a1', 'a2', '']);
      expect(Object.keys(first)).toEqual(['id', 'SageMakerOutput']);
      expect(first.SageMakerOutput.prediction).toBeLessThan(0.5);
      expect(second.SageMakerOutput.prediction).toBeGreaterThan(0.5);
      expect((await output('ids', 'deep/b.jsonl'))[0].id).toBe('b1');
    });

    test('a request per record gives the same as many records a request', async () => {
      await transform(world, 'single', { BatchStrategy: 'SingleRecord' });
      expect(await world.read('transformed/single/a.jsonl.out')).toBe(await world.read('transformed/ids/a.jsonl.out'));
    });

    test('many records are cut into requests of MaxPayloadInMB, and none is lost', async () => {
      const padding = 'x'.repeat(1000);
      const lines = Array.from(
        { length: 2500 },
        (_, i) => `{"id":"${i}","features":{"x1":${i % 40},"x2":1,"note":"${padding}"}}`,
      );
      await world.put('large/a.jsonl', lines.join('\n'));
      const source = { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/large/a.jsonl` } };
      const request = transformRequest('large');
      const job = await transform(world, 'large', {
        MaxPayloadInMB: 1,
        TransformInput: { ...request.TransformInput, DataSource: source },
      });
      expect(job.FailureReason).toBeUndefined();
      const answered = (await output('large', 'a.jsonl')).filter(Boolean).map(({ id }) => id);
      expect(answered).toEqual(lines.map((_, i) => String(i)));
    }, 60_000);

    const failing = async (name: string, ...lines: string[]) => {
      await world.put(`failing/${name}/rows.jsonl`, rows(...lines));
      const source = { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/failing/${name}/` } };
      const job = await transform(world, name, {
        TransformInput: { ...transformRequest(name).TransformInput, DataSource: source },
      });
      expect(job.TransformJobStatus).toBe('Failed');
      expect(await world.keys(`transformed/${name}/`)).toEqual([]);
      return job.FailureReason;
    };
    test('fewer answers than records fail the job', async () => {
      expect(await failing('short', row('a', 1), row('b', -2))).toMatch(/gave 1 lines for 2 records/);
    });
    test('a model that raises fails the job with its words', async () => {
      expect(await failing('raises', row('a', -1))).toMatch(
        /^AlgorithmError: .* answered 500: ValueError: x1 must not be -1/,
      );
    });
    test('a container that ends fails the job', async () => {
      expect(await failing('ends', row('a', -3))).toMatch(/^AlgorithmError: See job logs for more information: /);
    });
    test('a row without the filtered member, and one that is not JSON, fail the job by name', async () => {
      expect(await failing('no-features', '{"id": "a"}')).toMatch(/\$\.features finds no "features" in \{"id":"a"\}/);
      expect(await failing('no-json', 'a,b')).toMatch(/a record of the input is not JSON/);
    });

    test("the model's own role is used", async () => {
      await putModel(world, 'reads-only', `s3://${BUCKET}/out/for-transform/output/model.tar.gz`, 'training');
      const job = await transform(world, 'no-grant', { ModelName: 'reads-only' });
      expect(job.FailureReason).toMatch(/^ClientError: Output upload failed:AccessDenied: .*s3:PutObject/);
    });

    test('a job can be stopped', async () => {
      await world.sagemaker.send(new CreateTransformJobCommand(transformRequest('halted')));
      await world.sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'halted' }));
      const again = await refusal(world.sagemaker.send(new CreateTransformJobCommand(transformRequest('halted'))));
      expect(again.name).toBe('ResourceInUse');
    });
  });
