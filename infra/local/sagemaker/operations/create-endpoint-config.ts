import type { CreateEndpointConfigInput } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { resourceArn } from '../resources.ts';
import { honoured, ignored, listOf, members } from '../support.ts';
import { operation } from './operation.ts';
import { requireFreeName, requireResource } from './requirements.ts';

export const createEndpointConfig = operation<CreateEndpointConfigInput>({
  name: 'CreateEndpointConfig',
  supports: {
    EndpointConfigName: honoured,
    Tags: honoured,
    KmsKeyId: ignored('the scratch directory is not encrypted'),
    ProductionVariants: listOf(
      {
        VariantName: honoured,
        ModelName: honoured,
        InstanceType: ignored('every container runs on this machine, as it is'),
        // Described as asked for; one process answers for all of them.
        InitialInstanceCount: honoured,
        InitialVariantWeight: honoured,
        ContainerStartupHealthCheckTimeoutInSeconds: honoured,
        ModelDataDownloadTimeoutInSeconds: ignored('the artefact comes from this machine'),
        VolumeSizeInGB: ignored("this machine's disk is used"),
      },
      1,
    ),
    DataCaptureConfig: members({
      EnableCapture: honoured,
      InitialSamplingPercentage: honoured,
      DestinationS3Uri: honoured,
      KmsKeyId: ignored("the bucket's own encryption applies"),
      CaptureOptions: honoured,
      CaptureContentTypeHeader: honoured,
    }),
  },
  run(sagemaker, input) {
    const name = requireFreeName(sagemaker, 'endpoint-config', input.EndpointConfigName);
    for (const variant of input.ProductionVariants ?? []) {
      if (!variant.ModelName) throw invalid(`the variant ${variant.VariantName} names no ModelName`);
      if (!variant.InitialInstanceCount || !variant.InstanceType) {
        throw invalid(`the variant ${variant.VariantName} needs InstanceType and InitialInstanceCount`);
      }
      requireResource(sagemaker, 'model', variant.ModelName);
    }
    const arn = resourceArn(sagemaker.settings, 'endpoint-config', name);
    const { Tags = [], ...request } = input;
    sagemaker.store.put('endpoint-config', { name, arn, request, tags: Tags, created: sagemaker.now() });
    return { EndpointConfigArn: arn };
  },
});
