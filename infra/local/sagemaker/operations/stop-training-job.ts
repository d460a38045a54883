import type { StopTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { honoured } from '../support.ts';
import { entered } from '../training/training-status.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

/** SIGTERM, and SIGKILL after 120 s. Stopping a job that is being stopped already changes nothing. */
export const stopTrainingJob = operation<StopTrainingJobRequest>({
  name: 'StopTrainingJob',
  supports: { TrainingJobName: honoured },
  run(sagemaker, input) {
    const job = requireResource(sagemaker, 'training-job', input.TrainingJobName);
    if (job.status === 'Stopping') return {};
    if (job.status !== 'InProgress') {
      throw invalid(`The request was rejected because the training job is in status ${job.status}.`);
    }
    sagemaker.store.put('training-job', { ...job, status: 'Stopping', ...entered(job, 'Stopping', sagemaker.now()) });
    sagemaker.trainingJobs.interrupt(job.name, 'stopped');
    return {};
  },
});
