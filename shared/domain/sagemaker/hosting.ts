import type { ModelDefinition } from '../definition/model-definition.ts';
import { modelKeys } from '../keys.ts';
import {
  bucketName,
  endpointConfigName,
  keyAlias,
  modelRoleArn,
  type Place,
  servedModelName,
  VARIANT,
} from '../names.ts';
import type { ModelVersion } from '../records.ts';
import { JSON_LINES, s3, type Tags, tags, vpcConfig } from './common.ts';

/** The bundle's entry point; the training copies the bundle to `code/` in the artefact. */
const SERVING_PROGRAM = 'inference.py';
const CODE_IN_ARTIFACT = '/opt/ml/model/code';

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

/** CreateEndpointConfig of a deployment. */
export const endpointConfig = (
  place: Place,
  version: Pick<ModelVersion, 'model' | 'version'>,
  definition: Pick<ModelDefinition, 'deployment'>,
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
