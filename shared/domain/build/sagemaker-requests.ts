import type { ModelDefinition } from '../definition/model-definition.ts';
import { dataKeys, modelKeys } from '../keys.ts';
import {
  bucketName,
  championTransformJobName,
  endpointConfigName,
  keyAlias,
  modelRoleArn,
  type Place,
  servedModelName,
  trainingJobName,
  transformJobName,
  VARIANT,
} from '../names.ts';
import type { CodeVersion, ModelVersion, Run } from '../records.ts';
import { imageUri } from './container-images.ts';

/** What SageMaker is asked for, in its own words, as pure functions of what the registry says. */

const JSON_LINES = 'application/jsonlines';
/** The bundle's entry points, at its root; the training copies the bundle to `code/` in the artefact. */
const TRAINING_PROGRAM = 'train.py';
const SERVING_PROGRAM = 'inference.py';
const CODE_IN_ARTIFACT = '/opt/ml/model/code';

type Tags = { Key: string; Value: string }[];
type RunInputs = Pick<Run, 'model' | 'run' | 'dataVersion' | 'codeVersion'>;
type Definition = Pick<ModelDefinition, 'training' | 'deployment'>;

/** For the bill and for whoever finds the thing in the console. */
const tags = (place: Place, facts: Record<string, string | number>): Tags =>
  [
    ...Object.entries(place.tags ?? {}),
    ...Object.entries({ stage: place.stage, ...facts }).map(
      ([key, value]) => [`modelloop:${key}`, String(value)] as const,
    ),
  ].map(([Key, Value]) => ({ Key, Value }));

/** A model's own network, or else that of its stage; none on a stage without, such as the laptop. */
const vpcConfig = (place: Place, { operations }: Pick<ModelDefinition, 'operations'>) => {
  const network = place.network && (operations?.network ?? place.network);
  return network && { VpcConfig: { Subnets: network.subnets, SecurityGroupIds: network.securityGroups } };
};

const s3 = (bucket: string, key: string) => `s3://${bucket}/${key}`;

/** CreateTrainingJob of one candidate: script mode, the run's channels as manifests. */
export const trainingJob = (
  place: Place,
  run: RunInputs,
  code: Pick<CodeVersion, 'bucket' | 'bundleKey' | 'definition'>,
  candidate: ModelDefinition['candidates'][number],
) => {
  const { training } = code.definition;
  return {
    TrainingJobName: trainingJobName(place, run.model, run.run, candidate.name),
    AlgorithmSpecification: {
      TrainingImage: imageUri(training.image, place.region),
      TrainingInputMode: 'File',
    },
    RoleArn: modelRoleArn(place, run.model, 'training'),
    HyperParameters: encoded({
      ...candidate.hyperparameters,
      sagemaker_program: TRAINING_PROGRAM,
      sagemaker_submit_directory: s3(code.bucket, code.bundleKey),
      sagemaker_region: place.region,
    }),
    InputDataConfig: (['train', 'validation'] as const).map((channel) => ({
      ChannelName: channel,
      ContentType: 'application/x-parquet',
      DataSource: {
        S3DataSource: {
          S3DataType: 'ManifestFile',
          S3Uri: s3(bucketName(place, 'data'), dataKeys.channel(run.model, run.run, channel)),
          S3DataDistributionType: 'FullyReplicated',
        },
      },
    })),
    OutputDataConfig: {
      S3OutputPath: s3(bucketName(place, 'model'), modelKeys.training(run.model)),
      // Otherwise SageMaker takes the account's aws/s3 key, not the bucket's.
      KmsKeyId: keyAlias(place),
    },
    ResourceConfig: {
      InstanceType: training.instance,
      InstanceCount: 1,
      VolumeSizeInGB: training.volumeGiB,
    },
    StoppingCondition: { MaxRuntimeInSeconds: training.maxRuntimeSeconds },
    ...vpcConfig(place, code.definition),
    Tags: tags(place, {
      model: run.model,
      run: run.run,
      candidate: candidate.name,
      data: run.dataVersion,
      code: run.codeVersion,
    }),
  };
};

/** The container decodes each hyperparameter as JSON: only so do "4" and 4 stay apart. */
const encoded = (parameters: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]));

/** CreateModel of a model version: what is evaluated by batch transform is what an endpoint would serve. */
export const servedModel = (
  place: Place,
  version: Pick<ModelVersion, 'model' | 'version' | 'run' | 'image' | 'artifact'>,
  definition: Pick<ModelDefinition, 'operations'>,
) => ({
  ModelName: servedModelName(place, version.model, version.version),
  ExecutionRoleArn: modelRoleArn(place, version.model, 'serving'),
  PrimaryContainer: {
    Image: version.image,
    ModelDataUrl: s3(version.artifact.bucket, version.artifact.key),
    Environment: {
      SAGEMAKER_PROGRAM: SERVING_PROGRAM,
      SAGEMAKER_SUBMIT_DIRECTORY: CODE_IN_ARTIFACT,
      SAGEMAKER_REGION: place.region,
    },
  },
  ...vpcConfig(place, definition),
  Tags: tags(place, { model: version.model, run: version.run, 'model-version': version.version }),
});

type Versioned = Pick<ModelVersion, 'model' | 'version' | 'run'>;

/** CreateTransformJob: a model version's predictions for the test rows of its own run, each line with its id. */
export const testTransform = (place: Place, version: Versioned, definition: Definition) =>
  transform(place, version, definition, {
    run: version.run,
    job: transformJobName(place, version.model, version.run),
    predictions: modelKeys.predictions(version.model, version.run),
  });

/** The same, of a champion's model version for the test rows of another run: the very same rows, and the same kind of machine. */
export const championTransform = (place: Place, champion: Versioned, definition: Definition, run: number) =>
  transform(place, champion, definition, {
    run,
    job: championTransformJobName(place, champion.model, run, champion.version),
    predictions: modelKeys.championPredictions(champion.model, run, champion.version),
  });

const transform = (
  place: Place,
  version: Versioned,
  definition: Definition,
  { run, job, predictions }: { readonly run: number; readonly job: string; readonly predictions: string },
) => ({
  TransformJobName: job,
  ModelName: servedModelName(place, version.model, version.version),
  BatchStrategy: 'MultiRecord',
  MaxPayloadInMB: 6,
  TransformInput: {
    ContentType: JSON_LINES,
    SplitType: 'Line',
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: s3(bucketName(place, 'data'), dataKeys.testInput(version.model, run)),
      },
    },
  },
  TransformOutput: {
    S3OutputPath: s3(bucketName(place, 'model'), predictions),
    Accept: JSON_LINES,
    AssembleWith: 'Line',
    KmsKeyId: keyAlias(place),
  },
  TransformResources: { InstanceType: definition.training.instance, InstanceCount: 1 },
  // The model is given the features alone; the id travels beside them.
  DataProcessing: { InputFilter: '$.features', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" },
  Tags: tags(place, { model: version.model, run, 'model-version': version.version }),
});

/** CreateEndpointConfig of a deployment. */
export const endpointConfig = (
  place: Place,
  version: Pick<ModelVersion, 'model' | 'version'>,
  definition: Definition,
  numbers: { readonly deployment: number; readonly release: number },
) => {
  const { deployment } = definition;
  return {
    EndpointConfigName: endpointConfigName(place, version.model, numbers.deployment),
    ProductionVariants: [
      {
        VariantName: VARIANT,
        ModelName: servedModelName(place, version.model, version.version),
        ...machinesOf(deployment),
        InitialVariantWeight: 1,
      },
    ],
    // SageMaker refuses any of this for a serverless endpoint.
    ...(!deployment.serverless && {
      DataCaptureConfig: {
        EnableCapture: deployment.capturePercent > 0,
        InitialSamplingPercentage: deployment.capturePercent,
        DestinationS3Uri: s3(bucketName(place, 'model'), modelKeys.capture(version.model, numbers)),
        KmsKeyId: keyAlias(place),
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
        // Without these, what is captured arrives as base64.
        CaptureContentTypeHeader: {
          CsvContentTypes: ['text/csv'],
          JsonContentTypes: ['application/json', JSON_LINES],
        },
      },
    }),
    Tags: tags(place, { model: version.model, release: numbers.release, 'model-version': version.version }),
  };
};

const machinesOf = (deployment: ModelDefinition['deployment']) =>
  deployment.serverless
    ? {
        ServerlessConfig: {
          MemorySizeInMB: deployment.serverless.memoryMiB,
          MaxConcurrency: deployment.serverless.maxConcurrency,
        },
      }
    : { InstanceType: deployment.instance, InitialInstanceCount: deployment.instances };

/** An endpoint outlives its releases, so its tags name none. */
export const endpointTags = (place: Place, model: string): Tags => tags(place, { model });
