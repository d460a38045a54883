import type { DeleteEndpointConfigInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

/** As on AWS, an endpoint that uses it goes on: a deployment holds a copy of what it needs. */
export const deleteEndpointConfig = operation<DeleteEndpointConfigInput>({
  name: 'DeleteEndpointConfig',
  supports: { EndpointConfigName: honoured },
  run(sagemaker, input) {
    const config = requireResource(sagemaker, 'endpoint-config', input.EndpointConfigName);
    sagemaker.store.remove('endpoint-config', config.name);
    return {};
  },
});
