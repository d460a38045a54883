import type { DescribeEndpointInput } from '@aws-sdk/client-sagemaker';
import type { Deployment, Endpoint } from '../resources.ts';
import { honoured } from '../support.ts';
import { defined, operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const describeEndpoint = operation<DescribeEndpointInput>({
  name: 'DescribeEndpoint',
  supports: { EndpointName: honoured },
  run(sagemaker, input) {
    const endpoint = requireResource(sagemaker, 'endpoint', input.EndpointName);
    const { serving } = endpoint;
    return defined({
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointStatus: endpoint.status,
      // What serves; while the first deployment is being made, what it is made of.
      EndpointConfigName:
        (serving ?? endpoint.pending)?.config.EndpointConfigName ?? endpoint.request.EndpointConfigName,
      ProductionVariants: serving && variants(serving),
      DataCaptureConfig: serving && capture(serving, endpoint.status),
      FailureReason: endpoint.failureReason,
      LastDeploymentConfig: endpoint.lastDeploymentConfig,
      PendingDeploymentSummary: serving && endpoint.pending && pendingSummary(endpoint.pending, endpoint),
      CreationTime: endpoint.created,
      LastModifiedTime: endpoint.modified,
    });
  },
});

function variants({ config, model, resolvedImage, resolved }: Deployment): object[] {
  return (config.ProductionVariants ?? []).map((variant) => ({
    VariantName: variant.VariantName,
    CurrentWeight: variant.InitialVariantWeight ?? 1,
    DesiredWeight: variant.InitialVariantWeight ?? 1,
    CurrentInstanceCount: variant.InitialInstanceCount,
    DesiredInstanceCount: variant.InitialInstanceCount,
    CurrentServerlessConfig: variant.ServerlessConfig,
    DesiredServerlessConfig: variant.ServerlessConfig,
    DeployedImages: [
      { SpecifiedImage: model.PrimaryContainer?.Image, ResolvedImage: resolvedImage, ResolutionTime: resolved },
    ],
  }));
}

function pendingSummary({ config }: Deployment, { stage, modified }: Endpoint): object {
  return {
    EndpointConfigName: config.EndpointConfigName,
    StartTime: modified,
    ProductionVariants: (config.ProductionVariants ?? []).map(({ VariantName }) => ({
      VariantName,
      VariantStatus: [{ Status: stage ?? 'Creating' }],
    })),
  };
}

function capture({ config: { DataCaptureConfig } }: Deployment, status: string): object | undefined {
  if (!DataCaptureConfig) return undefined;
  const enabled = DataCaptureConfig.EnableCapture ?? false;
  return {
    EnableCapture: enabled,
    CaptureStatus: enabled && status !== 'Failed' ? 'Started' : 'Stopped',
    CurrentSamplingPercentage: DataCaptureConfig.InitialSamplingPercentage,
    DestinationS3Uri: DataCaptureConfig.DestinationS3Uri,
    KmsKeyId: DataCaptureConfig.KmsKeyId ?? '',
  };
}
