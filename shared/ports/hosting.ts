import type { servedModel } from '../domain/sagemaker/hosting.ts';

/** How an endpoint is, in SageMaker's words. */
export interface EndpointState {
  readonly status: string;
  /** The configuration that it serves. */
  readonly config?: string;
  /** Why it is as it is. */
  readonly reason?: string;
}

/** What serves, as resources (SageMaker). Predictions are asked of `Endpoints`. */
export interface Hosting {
  /** CreateModel, unless there is a model of that name. */
  ensureModel(request: ReturnType<typeof servedModel>): Promise<void>;
  /** Undefined when there is no such endpoint. */
  describeEndpoint(endpoint: string): Promise<EndpointState | undefined>;
  /** Begins to: it is gone when there is nothing to describe any more. */
  deleteEndpoint(endpoint: string): Promise<void>;
  /** One that is not there counts as deleted. */
  deleteEndpointConfig(config: string): Promise<void>;
  /** One that is not there counts as deleted. */
  deleteModel(model: string): Promise<void>;
}
