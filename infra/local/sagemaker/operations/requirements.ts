import { CloudError } from '../cloud/ports.ts';
import { invalid, ServiceError } from '../errors.ts';
import type { ResourceKind, Resources } from '../resources.ts';
import { resourceArn } from '../resources.ts';
import type { SageMaker } from '../sagemaker.ts';

const WORDS: Record<ResourceKind, string> = {
  'training-job': 'training job',
  'transform-job': 'transform job',
  model: 'model',
  'endpoint-config': 'endpoint configuration',
  endpoint: 'endpoint',
};

/** @throws ServiceError as SageMaker does for a name that it does not know */
export function requireResource<K extends ResourceKind>(
  sagemaker: SageMaker,
  kind: K,
  name: string | undefined,
): Resources[K] {
  const record = sagemaker.store.get(kind, name ?? '');
  if (record) return record;
  if (kind === 'training-job') throw invalid('Requested resource not found.');
  if (kind === 'transform-job') throw invalid(`Could not find requested job with name: ${name}`);
  throw invalid(`Could not find ${WORDS[kind]} "${resourceArn(sagemaker.settings, kind, name ?? '')}".`);
}

/** Names of jobs are taken for ever, others until the resource is deleted. @throws ServiceError when the name is taken */
export function requireFreeName(sagemaker: SageMaker, kind: ResourceKind, name: string | undefined): string {
  const taken = sagemaker.store.get(kind, name ?? '');
  if (!taken) return name ?? '';
  if (kind === 'training-job' || kind === 'transform-job') {
    throw new ServiceError(
      'ResourceInUse',
      `Job name must be unique within an AWS account and region, and a ${WORDS[kind]} with this name already exists (${taken.arn})`,
    );
  }
  throw invalid(`Cannot create already existing ${WORDS[kind]} "${taken.arn}".`);
}

/** @throws ServiceError when SageMaker could not take on the role */
export async function requireAssumable(sagemaker: SageMaker, roleArn: string | undefined): Promise<void> {
  try {
    await sagemaker.cloud.assume(roleArn ?? '', 'SageMaker-check');
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw invalid(
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume ` +
        `the role. (${error.message})`,
    );
  }
}
