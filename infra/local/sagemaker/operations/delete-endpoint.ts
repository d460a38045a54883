import type { DeleteEndpointInput } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const deleteEndpoint = operation<DeleteEndpointInput>({
  name: 'DeleteEndpoint',
  supports: { EndpointName: honoured },
  run(sagemaker, input) {
    const endpoint = requireResource(sagemaker, 'endpoint', input.EndpointName);
    if (endpoint.status === 'Creating' || endpoint.status === 'Updating') {
      throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
    if (endpoint.status !== 'Deleting') {
      sagemaker.store.change('endpoint', endpoint.name, { status: 'Deleting', modified: sagemaker.now() });
      sagemaker.endpoints.remove(endpoint.name);
    }
    return {};
  },
});
