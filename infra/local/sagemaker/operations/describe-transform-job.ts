import type { DescribeTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { defined, describedMembers, operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const describeTransformJob = operation<DescribeTransformJobRequest>({
  name: 'DescribeTransformJob',
  supports: { TransformJobName: honoured },
  run(sagemaker, input) {
    const job = requireResource(sagemaker, 'transform-job', input.TransformJobName);
    return defined({
      ...describedMembers(sagemaker.model, 'DescribeTransformJob', job.request),
      TransformJobArn: job.arn,
      TransformJobStatus: job.status,
      FailureReason: job.failureReason,
      CreationTime: job.created,
      TransformStartTime: job.started,
      TransformEndTime: job.ended,
    });
  },
});
