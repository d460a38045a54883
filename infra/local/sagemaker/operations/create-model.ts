import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { CloudError, parseS3Uri } from '../cloud/ports.ts';
import { invalid } from '../errors.ts';
import { requireKnownImage } from '../image.ts';
import { resourceArn } from '../resources.ts';
import type { SageMaker } from '../sagemaker.ts';
import { honoured, members, only } from '../support.ts';
import { operation } from './operation.ts';
import { requireFreeName } from './requirements.ts';

export const createModel = operation<CreateModelInput>({
  name: 'CreateModel',
  supports: {
    ModelName: honoured,
    ExecutionRoleArn: honoured,
    PrimaryContainer: members({
      Image: honoured,
      ModelDataUrl: honoured,
      Environment: honoured,
      Mode: only('SingleModel'),
      ContainerHostname: honoured,
    }),
    EnableNetworkIsolation: only(false),
    Tags: honoured,
  },
  async run(sagemaker, input) {
    const name = requireFreeName(sagemaker, 'model', input.ModelName);
    requireComplete(input);
    requireKnownImage('PrimaryContainer.Image', input.PrimaryContainer?.Image);
    await requireModelData(sagemaker, input);
    requireFreeName(sagemaker, 'model', name);
    const arn = resourceArn(sagemaker.settings, 'model', name);
    const { Tags = [], ...request } = input;
    sagemaker.store.put('model', { name, arn, request, tags: Tags, created: sagemaker.now() });
    return { ModelArn: arn };
  },
});

function requireComplete({ PrimaryContainer, ExecutionRoleArn }: CreateModelInput): void {
  if (!PrimaryContainer?.ModelDataUrl) throw invalid('CreateModel.PrimaryContainer.ModelDataUrl is missing');
  if (!ExecutionRoleArn) throw invalid('CreateModel.ExecutionRoleArn is missing');
  for (const name of ['SAGEMAKER_PROGRAM', 'SAGEMAKER_SUBMIT_DIRECTORY']) {
    if (!PrimaryContainer.Environment?.[name]) {
      throw invalid(
        `local SageMaker serves sagemaker-xgboost in script mode only: PrimaryContainer.Environment.${name} is missing`,
      );
    }
  }
}

/** SageMaker looks for the artefact when the model is made, with the model's role. */
async function requireModelData(sagemaker: SageMaker, input: CreateModelInput): Promise<void> {
  const url = input.PrimaryContainer?.ModelDataUrl ?? '';
  const role = input.ExecutionRoleArn ?? '';
  const refusal = (why: string) =>
    invalid(
      `Could not access model data at ${url}. Please ensure that the role "${role}" exists and that its trust relationship policy ` +
        `allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has ` +
        `"s3:GetObject" permissions and that the object is located in ${sagemaker.settings.region}. (${why})`,
    );
  try {
    const session = await sagemaker.cloud.assume(role, 'SageMaker-check');
    if (!(await session.exists(parseS3Uri(url)))) throw refusal('there is no such object');
  } catch (error) {
    throw error instanceof CloudError ? refusal(error.message) : error;
  }
}
