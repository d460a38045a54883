import { imageUri } from '../build/container-images.ts';
import type { ModelDefinition } from '../definition/model-definition.ts';
import { dataKeys, modelKeys } from '../keys.ts';
import { bucketName, keyAlias, modelRoleArn, type Place, trainingJobName } from '../names.ts';
import type { CodeVersion, Run } from '../records.ts';
import { s3, tags, vpcConfig } from './common.ts';

/** The bundle's entry point, at its root. */
const TRAINING_PROGRAM = 'train.py';

type RunInputs = Pick<Run, 'model' | 'run' | 'dataVersion' | 'codeVersion'>;

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
