import type { ApiModel } from './api-model.ts';
import type { Cloud } from './cloud/ports.ts';
import type { InvocationLog } from './runtime/invocation-log.ts';
import type { Endpoints } from './serving/endpoints.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import type { TrainingJobs } from './training/training-jobs.ts';
import type { TransformJobs } from './transform/transform-jobs.ts';

/** What operations work with. */
export interface SageMaker {
  readonly settings: Settings;
  readonly model: ApiModel;
  readonly store: Store;
  readonly cloud: Cloud;
  /** Seconds since the epoch, with milliseconds. */
  readonly now: () => number;
  readonly trainingJobs: TrainingJobs;
  readonly transformJobs: TransformJobs;
  readonly endpoints: Endpoints;
  readonly invocations: InvocationLog;
}

/** What jobs and endpoints need of it. */
export type Surroundings = Pick<SageMaker, 'settings' | 'store' | 'cloud' | 'now'> & {
  /** A line for whoever runs the local cloud. */
  readonly report: (line: string) => void;
};
