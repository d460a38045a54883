import type { CreateEndpointInput } from '@aws-sdk/client-sagemaker';
import { resourceArn } from '../resources.ts';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireFreeName, requireResource } from './requirements.ts';

export const createEndpoint = operation<CreateEndpointInput>({
  name: 'CreateEndpoint',
  supports: { EndpointName: honoured, EndpointConfigName: honoured, Tags: honoured },
  run(sagemaker, input) {
    const name = requireFreeName(sagemaker, 'endpoint', input.EndpointName);
    const config = requireResource(sagemaker, 'endpoint-config', input.EndpointConfigName);
    const model = requireResource(sagemaker, 'model', config.request.ProductionVariants?.[0]?.ModelName);
    const now = sagemaker.now();
    const arn = resourceArn(sagemaker.settings, 'endpoint', name);
    const { Tags = [], ...request } = input;
    const pending = sagemaker.endpoints.plan(config.request, model.request);
    sagemaker.store.put('endpoint', {
      name,
      arn,
      request,
      tags: Tags,
      created: now,
      modified: now,
      status: 'Creating',
      pending,
    });
    sagemaker.endpoints.deploy(name);
    return { EndpointArn: arn };
  },
});
