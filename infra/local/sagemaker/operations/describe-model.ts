import type { DescribeModelInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { describedMembers, operation } from './operation.ts';
import { requireResource } from './requirements.ts';

export const describeModel = operation<DescribeModelInput>({
  name: 'DescribeModel',
  supports: { ModelName: honoured },
  run(sagemaker, input) {
    const model = requireResource(sagemaker, 'model', input.ModelName);
    return {
      ...describedMembers(sagemaker.model, 'DescribeModel', model.request),
      ModelArn: model.arn,
      CreationTime: model.created,
    };
  },
});
