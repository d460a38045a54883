import type { SecondaryStatus, TrainingJobStatus } from '@aws-sdk/client-sagemaker';
import type { TrainingJob, Transition } from '../resources.ts';

/** What SageMaker says with each secondary status. */
const MESSAGES: Partial<Record<SecondaryStatus, string>> = {
  Starting: 'Preparing the instances for training',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds provided',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
};

/** How a job ended. */
export type Ending =
  | { readonly status: 'Completed' | 'Stopped' | 'MaxRuntimeExceeded' }
  | { readonly status: 'Failed'; readonly failureReason: string };

/** The job's list of secondary statuses with one more: the one before ends when it starts. */
export function transitions(
  before: readonly Transition[],
  status: SecondaryStatus,
  now: number,
): readonly Transition[] {
  const closed = before.map((entry) => (entry.EndTime === undefined ? { ...entry, EndTime: now } : entry));
  return [...closed, { Status: status, StartTime: now, StatusMessage: MESSAGES[status] ?? status }];
}

/** What changes when a job enters a secondary status. */
export function entered(
  job: TrainingJob,
  status: SecondaryStatus,
  now: number,
): Pick<TrainingJob, 'transitions' | 'modified'> {
  return { transitions: transitions(job.transitions, status, now), modified: now };
}

export function ended(job: TrainingJob, ending: Ending, now: number): TrainingJob {
  const all = transitions(job.transitions, ending.status, now).map((entry, i, list) => {
    if (i < list.length - 1) return entry;
    const message = ending.status === 'Failed' ? ending.failureReason : entry.StatusMessage;
    return { ...entry, EndTime: now, StatusMessage: message };
  });
  const status: TrainingJobStatus = ending.status === 'MaxRuntimeExceeded' ? 'Stopped' : ending.status;
  return {
    ...job,
    status,
    transitions: all,
    modified: now,
    ended: now,
    ...(ending.status === 'Failed' ? { failureReason: ending.failureReason } : {}),
  };
}
