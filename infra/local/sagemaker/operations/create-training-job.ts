import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { below, s3Uri } from '../cloud/ports.ts';
import { invalid } from '../errors.ts';
import { requireKnownImage } from '../image.ts';
import { resourceArn } from '../resources.ts';
import { honoured, ignored, listOf, members, only } from '../support.ts';
import { transitions } from '../training/training-status.ts';
import { operation } from './operation.ts';
import { requireAssumable, requireFreeName } from './requirements.ts';

const ONE_MACHINE = 'every container runs on this machine, as it is';
const NO_ENCRYPTION = 'the scratch directory is not encrypted';

export const createTrainingJob = operation<CreateTrainingJobRequest>({
  name: 'CreateTrainingJob',
  supports: {
    TrainingJobName: honoured,
    HyperParameters: honoured,
    RoleArn: honoured,
    Environment: honoured,
    Tags: honoured,
    AlgorithmSpecification: members({
      TrainingImage: honoured,
      TrainingInputMode: only('File'),
      EnableSageMakerMetricsTimeSeries: only(false),
    }),
    InputDataConfig: listOf(
      {
        ChannelName: honoured,
        ContentType: honoured,
        CompressionType: only('None'),
        RecordWrapperType: only('None'),
        InputMode: only('File'),
        DataSource: members({
          S3DataSource: members({
            S3DataType: only('S3Prefix', 'ManifestFile'),
            S3Uri: honoured,
            S3DataDistributionType: only('FullyReplicated'),
          }),
        }),
      },
      20,
    ),
    OutputDataConfig: members({
      S3OutputPath: honoured,
      CompressionType: only('GZIP'),
      KmsKeyId: ignored("the bucket's own encryption applies"),
    }),
    ResourceConfig: members({
      InstanceType: ignored(ONE_MACHINE),
      InstanceCount: only(1),
      VolumeSizeInGB: ignored(ONE_MACHINE),
      VolumeKmsKeyId: ignored(NO_ENCRYPTION),
    }),
    StoppingCondition: members({ MaxRuntimeInSeconds: honoured }),
    EnableManagedSpotTraining: only(false),
    EnableNetworkIsolation: only(false),
    EnableInterContainerTrafficEncryption: ignored('there is one container only'),
  },
  async run(sagemaker, input) {
    const name = requireFreeName(sagemaker, 'training-job', input.TrainingJobName);
    requireComplete(input);
    requireKnownImage('AlgorithmSpecification.TrainingImage', input.AlgorithmSpecification?.TrainingImage);
    await requireAssumable(sagemaker, input.RoleArn);
    // Another request may have taken the name meanwhile.
    requireFreeName(sagemaker, 'training-job', name);
    const now = sagemaker.now();
    const { Tags = [], ...request } = input;
    const job = sagemaker.store.put('training-job', {
      name,
      arn: resourceArn(sagemaker.settings, 'training-job', name),
      request,
      tags: Tags,
      created: now,
      modified: now,
      status: 'InProgress',
      transitions: transitions([], 'Starting', now),
      artifact: s3Uri(below(input.OutputDataConfig?.S3OutputPath ?? '', `${name}/output/model.tar.gz`)),
    });
    sagemaker.trainingJobs.start(job);
    return { TrainingJobArn: job.arn };
  },
});

/** What AWS asks for depending on the kind of job, and the API model therefore does not. */
function requireComplete(input: CreateTrainingJobRequest): void {
  for (const member of ['AlgorithmSpecification', 'ResourceConfig', 'StoppingCondition'] as const) {
    if (!input[member]) throw invalid(`CreateTrainingJob.${member} is missing`);
  }
  for (const hyperparameter of ['sagemaker_program', 'sagemaker_submit_directory']) {
    if (input.HyperParameters?.[hyperparameter] === undefined) {
      throw invalid(
        `local SageMaker runs sagemaker-xgboost in script mode only: HyperParameters.${hyperparameter} is missing`,
      );
    }
  }
  const names = (input.InputDataConfig ?? []).map((channel) => channel.ChannelName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw invalid(`InputDataConfig names the channel ${twice} twice`);
}
