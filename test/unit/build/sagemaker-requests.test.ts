import type {
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  CreateTrainingJobCommandInput,
  CreateTransformJobCommandInput,
} from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { endpointConfig, endpointTags, servedModel } from '../../../shared/domain/sagemaker/hosting.ts';
import { trainingJob } from '../../../shared/domain/sagemaker/training-job.ts';
import { testTransform } from '../../../shared/domain/sagemaker/transform-job.ts';
import { selectedCandidate, trainingJobRequest } from '../../../shared/events/build-tasks.ts';
import { definition, MODEL, place } from '../../fixtures/pipeline-world.ts';

/** The SDK's type with each enumeration as a string: which values those have is SageMaker's to check. */
type Wide<T> = T extends string
  ? string
  : T extends readonly (infer U)[]
    ? Wide<U>[]
    : T extends object
      ? { [K in keyof T]: Wide<T[K]> }
      : T;

const run = { model: MODEL, run: 4, dataVersion: 2, codeVersion: 3 };
const code = { bucket: 'code-bucket', bundleKey: 'bundles/churn/abc.tar.gz', definition: definition() };
const version = {
  model: MODEL,
  version: 9,
  run: 4,
  image: 'registry/image:1',
  artifact: { bucket: 'model-bucket', key: 'training/churn/job/output/model.tar.gz', sha256: 'f00' },
};
const candidate = { name: 'deep', hyperparameters: { max_depth: 8, booster: '4', silent: true } };

describe("SageMaker's requests", () => {
  it('train a candidate in script mode on the channels of the run', () => {
    const request = trainingJob(place, run, code, candidate) satisfies Wide<CreateTrainingJobCommandInput>;
    expect(request.TrainingJobName).toBe('modelloop-test-churn-r4-deep');
    expect(request.RoleArn).toBe('arn:aws:iam::123456789012:role/modelloop-test-churn-training');
    expect(request.AlgorithmSpecification.TrainingImage).toBe(
      '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
    );
    expect(request.HyperParameters).toEqual({
      max_depth: '8',
      booster: '"4"',
      silent: 'true',
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: '"s3://code-bucket/bundles/churn/abc.tar.gz"',
      sagemaker_region: '"eu-west-1"',
    });
    expect(request.InputDataConfig.map((c) => [c.ChannelName, c.DataSource.S3DataSource.S3Uri])).toEqual([
      ['train', 's3://modelloop-test-data-123456789012-eu-west-1/runs/churn/4/train.manifest'],
      ['validation', 's3://modelloop-test-data-123456789012-eu-west-1/runs/churn/4/validation.manifest'],
    ]);
    expect(request.Tags).toContainEqual({ Key: 'modelloop:candidate', Value: 'deep' });
    expect(trainingJobRequest.parse(request)).toEqual(request);
  });

  it('lets no hyperparameter of a definition replace the program', () => {
    const sly = { name: 'sly', hyperparameters: { sagemaker_program: 'other.py' } };
    expect(trainingJob(place, run, code, sly).HyperParameters.sagemaker_program).toBe('"train.py"');
  });

  it('predict the test rows with the model that would serve', () => {
    const model = servedModel(place, version, definition()) satisfies Wide<CreateModelCommandInput>;
    const transform = testTransform(place, version, code.definition) satisfies Wide<CreateTransformJobCommandInput>;
    expect(model.PrimaryContainer).toEqual({
      Image: 'registry/image:1',
      ModelDataUrl: 's3://model-bucket/training/churn/job/output/model.tar.gz',
      Environment: {
        SAGEMAKER_PROGRAM: 'inference.py',
        SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        SAGEMAKER_REGION: 'eu-west-1',
      },
    });
    expect(transform.ModelName).toBe(model.ModelName);
    expect(transform.TransformInput.DataSource.S3DataSource.S3Uri).toBe(
      's3://modelloop-test-data-123456789012-eu-west-1/runs/churn/4/test/',
    );
    expect(transform.DataProcessing).toEqual({
      InputFilter: '$.features',
      JoinSource: 'Input',
      OutputFilter: "$['id','SageMakerOutput']",
    });
    const answer = { modelVersion: 9, model, transform };
    expect(selectedCandidate.parse(answer)).toEqual(answer);
  });

  it('serve one variant of constant name, capturing to a place of the release and the attempt', () => {
    const config = endpointConfig(place, version, code.definition, { deployment: 5, release: 2 });
    const input = config satisfies Wide<CreateEndpointConfigCommandInput>;
    expect(input.EndpointConfigName).toBe('modelloop-test-churn-d5');
    expect(input.ProductionVariants.map((v) => [v.VariantName, v.ModelName])).toEqual([
      ['live', 'modelloop-test-churn-v9'],
    ]);
    expect(input.DataCaptureConfig).toMatchObject({
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: 's3://modelloop-test-model-123456789012-eu-west-1/captures/churn/2/d5/',
    });
  });

  it('capture nothing at 0%', () => {
    const quiet = definition({ deployment: { capturePercent: 0 } });
    const { DataCaptureConfig } = endpointConfig(place, version, quiet, { deployment: 5, release: 2 });
    expect(DataCaptureConfig?.EnableCapture).toBe(false);
  });

  it('of a serverless endpoint name memory and concurrency, and neither instances nor capture', () => {
    const asked = definition({ deployment: { serverless: { memoryMiB: 2048, maxConcurrency: 5 } } });
    const config = endpointConfig(place, version, asked, { deployment: 5, release: 2 });
    expect(config).not.toHaveProperty('DataCaptureConfig');
    expect(config.ProductionVariants).toEqual([
      {
        ...{ VariantName: 'live', ModelName: 'modelloop-test-churn-v9', InitialVariantWeight: 1 },
        ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 },
      },
    ]);
  });

  it('write everything with the key of the repositories, known by its alias', () => {
    const key = 'alias/modelloop-test';
    expect(trainingJob(place, run, code, candidate).OutputDataConfig.KmsKeyId).toBe(key);
    expect(testTransform(place, version, code.definition).TransformOutput.KmsKeyId).toBe(key);
    const { DataCaptureConfig } = endpointConfig(place, version, code.definition, { deployment: 5, release: 2 });
    expect(DataCaptureConfig?.KmsKeyId).toBe(key);
  });

  describe('of a company with a network and tags', () => {
    const network = { subnets: ['subnet-0000000a', 'subnet-0000000b'], securityGroups: ['sg-00000001'] };
    const there = { ...place, network, tags: { 'cost-center': '4711' } };

    it('train and serve in the network', () => {
      const vpc = { Subnets: ['subnet-0000000a', 'subnet-0000000b'], SecurityGroupIds: ['sg-00000001'] };
      const training = trainingJob(there, run, code, candidate) satisfies Wide<CreateTrainingJobCommandInput>;
      expect(training.VpcConfig).toEqual(vpc);
      expect(trainingJobRequest.parse(training)).toEqual(training);
      expect(servedModel(there, version, code.definition).VpcConfig).toEqual(vpc);
    });

    it('train and serve in the network of the model, where it has one of its own', () => {
      const own = { subnets: ['subnet-0000000c'], securityGroups: ['sg-00000002'] };
      const apart = definition({ operations: { owner: 'somebody', network: own } });
      const vpc = { Subnets: ['subnet-0000000c'], SecurityGroupIds: ['sg-00000002'] };
      expect(trainingJob(there, run, { ...code, definition: apart }, candidate).VpcConfig).toEqual(vpc);
      expect(servedModel(there, version, apart).VpcConfig).toEqual(vpc);
    });

    it('carry the tags', () => {
      const tag = { Key: 'cost-center', Value: '4711' };
      expect(trainingJob(there, run, code, candidate).Tags).toContainEqual(tag);
      expect(servedModel(there, version, code.definition).Tags).toContainEqual(tag);
      expect(testTransform(there, version, code.definition).Tags).toContainEqual(tag);
      expect(endpointConfig(there, version, code.definition, { deployment: 5, release: 2 }).Tags).toContainEqual(tag);
      expect(endpointTags(there, MODEL)).toContainEqual(tag);
    });

    it('and name no network, and no other tags, of anybody else', () => {
      expect(trainingJob(place, run, code, candidate)).not.toHaveProperty('VpcConfig');
      expect(servedModel(place, version, code.definition)).not.toHaveProperty('VpcConfig');
      expect(endpointTags(place, MODEL).map(({ Key }) => Key)).toEqual(['modelloop:stage', 'modelloop:model']);
    });
  });

  it('stay within 63 characters for the longest names', () => {
    const long = { ...run, model: 'a'.repeat(20), run: 99_999 };
    const far = { ...place, stage: 'production' };
    expect(trainingJob(far, long, code, { ...candidate, name: 'b'.repeat(12) }).TrainingJobName.length).toBeLessThan(
      64,
    );
  });
});
