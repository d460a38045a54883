import type { EndpointState, Hosting } from '../../ports/hosting.ts';

export interface MemoryHosting extends Hosting {
  readonly models: Set<string>;
  readonly configs: Set<string>;
  readonly endpoints: Map<string, EndpointState>;
}

/** An endpoint that is being deleted is gone at the second look. */
export function memoryHosting(): MemoryHosting {
  const models = new Set<string>();
  const configs = new Set<string>();
  const endpoints = new Map<string, EndpointState>();
  return {
    models,
    configs,
    endpoints,
    ensureModel: async ({ ModelName }) => {
      models.add(ModelName);
    },
    describeEndpoint: async (endpoint) => {
      const state = endpoints.get(endpoint);
      if (state?.status === 'Deleting') endpoints.delete(endpoint);
      return state;
    },
    deleteEndpoint: async (endpoint) => {
      const state = endpoints.get(endpoint);
      if (state?.status !== 'InService' && state?.status !== 'Failed')
        throw new Error(`SageMaker does not delete what is ${state?.status}`);
      endpoints.set(endpoint, { ...state, status: 'Deleting' });
    },
    deleteEndpointConfig: async (config) => {
      configs.delete(config);
    },
    deleteModel: async (model) => {
      models.delete(model);
    },
  };
}
