import type { servedModel } from '../domain/build/sagemaker-requests.ts';

/** What serves, as resources (SageMaker). Predictions are asked of `Endpoints`. */
export interface Hosting {
  /** CreateModel, unless there is a model of that name. */
  ensureModel(request: ReturnType<typeof servedModel>): Promise<void>;
  /** In SageMaker's word; undefined when there is no such endpoint. */
  endpointStatus(endpoint: string): Promise<string | undefined>;
  /** Begins to: it is gone when it has no status any more. */
  deleteEndpoint(endpoint: string): Promise<void>;
  /** One that is not there counts as deleted. */
  deleteEndpointConfig(config: string): Promise<void>;
  /** One that is not there counts as deleted. */
  deleteModel(model: string): Promise<void>;
}
