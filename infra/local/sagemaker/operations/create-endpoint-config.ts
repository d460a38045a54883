import type { CreateEndpointConfigInput } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { resourceArn } from '../resources.ts';
import { honoured, ignored, listOf, members } from '../support.ts';
import { operation } from './operation.ts';
import { requireFreeName, requireResource } from './requirements.ts';
import { requireMachines, requireServable } from './variant.ts';

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
        ServerlessConfig: members({
          MemorySizeInMB: ignored('the container has this machine'),
          MaxConcurrency: ignored('the container answers one call at a time; the others wait'),
        }),
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
      requireMachines(variant);
      requireServable(input, requireResource(sagemaker, 'model', variant.ModelName).request);
    }
    const arn = resourceArn(sagemaker.settings, 'endpoint-config', name);
    const { Tags = [], ...request } = input;
    sagemaker.store.put('endpoint-config', { name, arn, request, tags: Tags, created: sagemaker.now() });
    return { EndpointConfigArn: arn };
  },
});
