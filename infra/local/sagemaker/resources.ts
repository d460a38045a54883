import type {
  CreateEndpointConfigInput,
  CreateEndpointInput,
  CreateModelInput,
  CreateTrainingJobRequest,
  CreateTransformJobRequest,
  DeploymentConfig,
  EndpointStatus,
  SecondaryStatus,
  Tag,
  TrainingJobStatus,
  TransformJobStatus,
} from '@aws-sdk/client-sagemaker';
import type { Rollout } from './serving/rollout.ts';

/** A resource as it is kept. Times are epoch seconds with milliseconds, as on the wire. */
interface Resource<Request> {
  readonly name: string;
  readonly arn: string;
  /** What the caller asked for, validated; Describe gives its members back. */
  readonly request: Request;
  readonly tags: readonly Tag[];
  readonly created: number;
}

export interface Transition {
  readonly Status: SecondaryStatus;
  readonly StartTime: number;
  readonly EndTime?: number;
  readonly StatusMessage: string;
}

export interface TrainingJob extends Resource<CreateTrainingJobRequest> {
  readonly status: TrainingJobStatus;
  readonly transitions: readonly Transition[];
  readonly modified: number;
  readonly started?: number;
  readonly ended?: number;
  readonly failureReason?: string;
  readonly artifact: string;
}

export interface TransformJob extends Resource<CreateTransformJobRequest> {
  readonly status: TransformJobStatus;
  readonly started?: number;
  readonly ended?: number;
  readonly failureReason?: string;
}

export type Model = Resource<CreateModelInput>;
export type EndpointConfig = Resource<CreateEndpointConfigInput>;

export interface Endpoint extends Resource<CreateEndpointInput> {
  readonly status: EndpointStatus;
  readonly modified: number;
  /** The deployment that serves; absent while the first one is being made. Holds copies: its configuration may be deleted meanwhile. */
  readonly serving?: Deployment;
  /** The deployment that is being started. */
  readonly pending?: Deployment;
  /** How far that is: starting its fleet, or taking calls under watch. */
  readonly stage?: 'Creating' | 'Baking';
  readonly lastDeploymentConfig?: DeploymentConfig;
  readonly failureReason?: string;
}

/** One configuration brought to life. */
export interface Deployment {
  /** Names the deployment's directory: a configuration can be deployed more than once. */
  readonly id: string;
  readonly config: CreateEndpointConfigInput;
  readonly model: CreateModelInput;
  readonly resolvedImage: string;
  readonly resolved: number;
  /** Without it, all calls go over at once. */
  readonly rollout?: Rollout;
}

export interface Resources {
  'training-job': TrainingJob;
  'transform-job': TransformJob;
  model: Model;
  'endpoint-config': EndpointConfig;
  endpoint: Endpoint;
}

export type ResourceKind = keyof Resources;
export const KINDS: readonly ResourceKind[] = ['training-job', 'transform-job', 'model', 'endpoint-config', 'endpoint'];

/** As AWS writes them: names in ARNs of SageMaker are lower case. */
export const resourceArn = (place: { account: string; region: string }, kind: ResourceKind, name: string): string =>
  `arn:aws:sagemaker:${place.region}:${place.account}:${kind}/${name.toLowerCase()}`;
