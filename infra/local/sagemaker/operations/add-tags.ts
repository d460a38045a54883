import type { AddTagsInput } from '@aws-sdk/client-sagemaker';
import { invalid } from '../errors.ts';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireTagged } from './tagged-resource.ts';

const MOST_TAGS = 50;

export const addTags = operation<AddTagsInput>({
  name: 'AddTags',
  supports: { ResourceArn: honoured, Tags: honoured },
  run(sagemaker, input) {
    const { kind, record } = requireTagged(sagemaker, input.ResourceArn);
    const tags = [...new Map([...record.tags, ...(input.Tags ?? [])].map((tag) => [tag.Key, tag])).values()];
    if (tags.length > MOST_TAGS)
      throw invalid(`${record.arn} would have ${tags.length} tags; ${MOST_TAGS} are allowed`);
    return { Tags: sagemaker.store.change(kind, record.name, { tags }).tags };
  },
});
