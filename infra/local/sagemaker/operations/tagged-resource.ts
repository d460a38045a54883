import { invalid } from '../errors.ts';
import type { SageMaker } from '../sagemaker.ts';

/** @throws ServiceError when no resource has this ARN */
export function requireTagged(sagemaker: SageMaker, arn: string | undefined) {
  const found = sagemaker.store.withArn(arn ?? '');
  if (!found) throw invalid(`Could not find a resource with the ARN "${arn}".`);
  return found;
}
