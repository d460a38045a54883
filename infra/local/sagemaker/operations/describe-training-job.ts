import type { DescribeTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { defined, describedMembers, operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const describeTrainingJob = operation<DescribeTrainingJobRequest>({
  name: 'DescribeTrainingJob',
  supports: { TrainingJobName: honoured },
  run(sagemaker, input) {
    const job = requireResource(sagemaker, 'training-job', input.TrainingJobName);
    const seconds = job.started && job.ended ? Math.ceil(job.ended - job.started) : undefined;
    return defined({
      ...describedMembers(sagemaker.model, 'DescribeTrainingJob', job.request),
      TrainingJobName: job.name,
      TrainingJobArn: job.arn,
      TrainingJobStatus: job.status,
      SecondaryStatus: job.transitions.at(-1)?.Status,
      SecondaryStatusTransitions: job.transitions,
      FailureReason: job.failureReason,
      ModelArtifacts: { S3ModelArtifacts: job.artifact },
      CreationTime: job.created,
      LastModifiedTime: job.modified,
      TrainingStartTime: job.started,
      TrainingEndTime: job.ended,
      TrainingTimeInSeconds: seconds,
      BillableTimeInSeconds: seconds,
    });
  },
});
