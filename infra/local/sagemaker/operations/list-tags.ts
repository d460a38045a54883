import type { ListTagsInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireTagged } from './tagged-resource.ts';

/** All tags in one answer: there are 50 at most. */
export const listTags = operation<ListTagsInput>({
  name: 'ListTags',
  supports: { ResourceArn: honoured },
  run: (sagemaker, input) => ({ Tags: requireTagged(sagemaker, input.ResourceArn).record.tags }),
});
