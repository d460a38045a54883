import type {
  CreateTrainingJobCommandInput,
  CreateTransformJobCommandInput,
  DescribeTrainingJobCommandOutput,
  DescribeTransformJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, BUNDLE, eventually, IMAGE, type World } from './world.ts';

/** A training job on both files of `flat/`, with `overrides` on top. */
export const trainingRequest = (
  world: World,
  name: string,
  hyperparameters: Record<string, unknown> = {},
  overrides: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput => ({
  TrainingJobName: name,
  AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
  RoleArn: world.roleArn('training'),
  HyperParameters: Object.fromEntries(
    Object.entries({ sagemaker_program: 'train.py', sagemaker_submit_directory: BUNDLE, ...hyperparameters }).map(
      ([key, value]) => [key, JSON.stringify(value)],
    ),
  ),
  InputDataConfig: [
    {
      ChannelName: 'train',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/flat/` } },
    },
  ],
  OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out/` },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  ...overrides,
});

export const describeTraining = (world: World, name: string): Promise<DescribeTrainingJobCommandOutput> =>
  world.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));

/** Starts a job and waits for its end, whatever it is. */
export async function train(
  world: World,
  ...request: Parameters<typeof trainingRequest> extends [World, ...infer Rest] ? Rest : never
): Promise<DescribeTrainingJobCommandOutput> {
  await world.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(world, ...request)));
  return trainingEnd(world, request[0]);
}

export const trainingEnd = (world: World, name: string): Promise<DescribeTrainingJobCommandOutput> =>
  eventually(`the end of the training job ${name}`, async () => {
    const job = await describeTraining(world, name);
    return ['InProgress', 'Stopping'].includes(job.TrainingJobStatus ?? '') ? undefined : job;
  });

export const putModel = (world: World, name: string, artifact: string, role = 'serving') =>
  world.sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: world.roleArn(role),
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: artifact,
        Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
      },
    }),
  );

/** The transform that ModelLoop itself asks for: JSON Lines with an id beside the features. */
export const transformRequest = (
  name: string,
  overrides: Partial<CreateTransformJobCommandInput> = {},
): CreateTransformJobCommandInput => ({
  TransformJobName: name,
  ModelName: 'contract',
  BatchStrategy: 'MultiRecord',
  MaxPayloadInMB: 6,
  TransformInput: {
    ContentType: 'application/jsonlines',
    SplitType: 'Line',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/rows/` } },
  },
  TransformOutput: {
    S3OutputPath: `s3://${BUCKET}/transformed/${name}`,
    Accept: 'application/jsonlines',
    AssembleWith: 'Line',
  },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  DataProcessing: { InputFilter: '$.features', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" },
  ...overrides,
});

export async function transform(
  world: World,
  name: string,
  overrides: Partial<CreateTransformJobCommandInput> = {},
): Promise<DescribeTransformJobCommandOutput> {
  await world.sagemaker.send(new CreateTransformJobCommand(transformRequest(name, overrides)));
  return eventually(`the end of the transform job ${name}`, async () => {
    const job = await world.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }));
    return ['InProgress', 'Stopping'].includes(job.TransformJobStatus ?? '') ? undefined : job;
  });
}

export const endpointAtRest = (world: World, name: string): Promise<DescribeEndpointCommandOutput> =>
  eventually(`the endpoint ${name} to be InService or Failed`, async () => {
    const endpoint = await world.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
    return ['InService', 'Failed'].includes(endpoint.EndpointStatus ?? '') ? endpoint : undefined;
  });

/** The error of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: Error) => error,
  );
}
