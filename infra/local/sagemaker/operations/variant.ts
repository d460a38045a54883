import type { CreateEndpointConfigInput, CreateModelInput, ProductionVariant } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';

/** Memory of a serverless endpoint comes in steps of so many MB. */
const MEMORY_STEP = 1024;

export const isServerless = (config: CreateEndpointConfigInput): boolean =>
  config.ProductionVariants?.some((variant) => variant.ServerlessConfig !== undefined) ?? false;

/** What SageMaker's documentation asks of a variant beyond its API model. @throws ServiceError */
export function requireMachines(variant: ProductionVariant): void {
  const { ServerlessConfig: serverless, VariantName: name } = variant;
  if (!serverless) {
    if (!variant.InitialInstanceCount || !variant.InstanceType)
      throw invalid(`the variant ${name} needs InstanceType and InitialInstanceCount, or ServerlessConfig`);
    return;
  }
  if (variant.InitialInstanceCount !== undefined || variant.InstanceType !== undefined)
    throw invalid(`the variant ${name} has both ServerlessConfig and instances`);
  if ((serverless.MemorySizeInMB ?? 0) % MEMORY_STEP !== 0)
    throw invalid(`MemorySizeInMB comes in steps of ${MEMORY_STEP}, not ${serverless.MemorySizeInMB}`);
}

/** A serverless endpoint lacks what needs instances of one's own. @throws ServiceError */
export function requireServable(config: CreateEndpointConfigInput, model: CreateModelInput): void {
  if (!isServerless(config)) return;
  if (config.DataCaptureConfig) throw invalid('DataCaptureConfig is not supported for serverless endpoints');
  if (model.VpcConfig) throw invalid('a model with VpcConfig is not supported for serverless endpoints');
}
