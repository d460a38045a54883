import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { resourceArn } from '../resources.ts';
import { honoured, ignored, members, only } from '../support.ts';
import { parseFilter } from '../transform/filters.ts';
import { operation } from './operation.ts';
import { requireFreeName, requireResource } from './requirements.ts';

const ONE_MACHINE = 'every container runs on this machine, as it is';
const JSON_TYPES = ['application/json', 'application/jsonlines'];

export const createTransformJob = operation<CreateTransformJobRequest>({
  name: 'CreateTransformJob',
  supports: {
    TransformJobName: honoured,
    ModelName: honoured,
    MaxConcurrentTransforms: ignored('one request at a time: the container answers one at a time anyway'),
    MaxPayloadInMB: honoured,
    BatchStrategy: honoured,
    Environment: honoured,
    Tags: honoured,
    TransformInput: members({
      ContentType: honoured,
      CompressionType: only('None'),
      SplitType: only('None', 'Line'),
      DataSource: members({ S3DataSource: members({ S3DataType: only('S3Prefix', 'ManifestFile'), S3Uri: honoured }) }),
    }),
    TransformOutput: members({
      S3OutputPath: honoured,
      Accept: honoured,
      AssembleWith: honoured,
      KmsKeyId: ignored("the bucket's own encryption applies"),
    }),
    TransformResources: members({
      InstanceType: ignored(ONE_MACHINE),
      InstanceCount: only(1),
      VolumeKmsKeyId: ignored('the scratch directory is not encrypted'),
    }),
    DataProcessing: members({ InputFilter: honoured, OutputFilter: honoured, JoinSource: honoured }),
  },
  run(sagemaker, input) {
    const name = requireFreeName(sagemaker, 'transform-job', input.TransformJobName);
    requireResource(sagemaker, 'model', input.ModelName);
    requireConsistent(input);
    const { Tags = [], ...request } = input;
    const job = sagemaker.store.put('transform-job', {
      name,
      arn: resourceArn(sagemaker.settings, 'transform-job', name),
      request,
      tags: Tags,
      created: sagemaker.now(),
      status: 'InProgress',
    });
    sagemaker.transformJobs.start(job);
    return { TransformJobArn: job.arn };
  },
});

/** Combinations that cannot work, said before the job starts. */
function requireConsistent({ TransformInput, TransformOutput, DataProcessing }: CreateTransformJobRequest): void {
  const { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' } = DataProcessing ?? {};
  parseFilter('DataProcessing.InputFilter', InputFilter);
  parseFilter('DataProcessing.OutputFilter', OutputFilter);
  const processes = InputFilter !== '$' || OutputFilter !== '$' || JoinSource === 'Input';
  const { SplitType = 'None', ContentType = '' } = TransformInput ?? {};
  if (processes && !JSON_TYPES.includes(ContentType)) {
    throw invalid(
      `local SageMaker supports DataProcessing for ContentType ${JSON_TYPES.join(' and ')} only, not "${ContentType}"`,
    );
  }
  if (JoinSource === 'Input' && SplitType === 'Line' && TransformOutput?.AssembleWith !== 'Line') {
    throw invalid('DataProcessing.JoinSource Input with SplitType Line needs TransformOutput.AssembleWith Line');
  }
}
