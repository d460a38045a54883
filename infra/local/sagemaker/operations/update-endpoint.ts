import type { UpdateEndpointInput } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { honoured, only } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

/**
 * All at once: the new container is started beside the old one, and takes over when it is healthy. When it does not get healthy the
 * endpoint stays on the old configuration, in service, and FailureReason says why.
 */
export const updateEndpoint = operation<UpdateEndpointInput>({
  name: 'UpdateEndpoint',
  supports: {
    EndpointName: honoured,
    EndpointConfigName: honoured,
    RetainAllVariantProperties: only(false),
    RetainDeploymentConfig: only(false),
  },
  run(sagemaker, input) {
    const endpoint = requireResource(sagemaker, 'endpoint', input.EndpointName);
    if (endpoint.status !== 'InService') throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    const config = requireResource(sagemaker, 'endpoint-config', input.EndpointConfigName);
    const model = requireResource(sagemaker, 'model', config.request.ProductionVariants?.[0]?.ModelName);
    const pending = sagemaker.endpoints.plan(config.request, model.request);
    sagemaker.store.put('endpoint', { ...endpoint, status: 'Updating', modified: sagemaker.now(), pending });
    sagemaker.endpoints.deploy(endpoint.name);
    return { EndpointArn: endpoint.arn };
  },
});
