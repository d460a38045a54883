import type { StopTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

/** Output that was not complete is not written, as on AWS. */
export const stopTransformJob = operation<StopTransformJobRequest>({
  name: 'StopTransformJob',
  supports: { TransformJobName: honoured },
  run(sagemaker, input) {
    const job = requireResource(sagemaker, 'transform-job', input.TransformJobName);
    if (job.status === 'Stopping') return {};
    if (job.status !== 'InProgress') {
      throw invalid(`The request was rejected because the transform job is in status ${job.status}.`);
    }
    sagemaker.store.change('transform-job', job.name, { status: 'Stopping' });
    sagemaker.transformJobs.interrupt(job.name, 'stopped');
    return {};
  },
});
