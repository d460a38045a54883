import type { Hosting } from '../../ports/hosting.ts';

export interface MemoryHosting extends Hosting {
  readonly models: Set<string>;
  readonly configs: Set<string>;
  /** By name, with their status. */
  readonly endpoints: Map<string, string>;
}

/** An endpoint that is being deleted is gone at the second look. */
export function memoryHosting(): MemoryHosting {
  const models = new Set<string>();
  const configs = new Set<string>();
  const endpoints = new Map<string, string>();
  return {
    models,
    configs,
    endpoints,
    ensureModel: async ({ ModelName }) => {
      models.add(ModelName);
    },
    endpointStatus: async (endpoint) => {
      const status = endpoints.get(endpoint);
      if (status === 'Deleting') endpoints.delete(endpoint);
      return status;
    },
    deleteEndpoint: async (endpoint) => {
      const status = endpoints.get(endpoint);
      if (status !== 'InService' && status !== 'Failed') throw new Error(`SageMaker does not delete what is ${status}`);
      endpoints.set(endpoint, 'Deleting');
    },
    deleteEndpointConfig: async (config) => {
      configs.delete(config);
    },
    deleteModel: async (model) => {
      models.delete(model);
    },
  };
}
