import type { DeleteTagsInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireTagged } from './tagged-resource.ts';

export const deleteTags = operation<DeleteTagsInput>({
  name: 'DeleteTags',
  supports: { ResourceArn: honoured, TagKeys: honoured },
  run(sagemaker, input) {
    const { kind, record } = requireTagged(sagemaker, input.ResourceArn);
    const gone = new Set(input.TagKeys);
    sagemaker.store.change(kind, record.name, { tags: record.tags.filter((tag) => !gone.has(tag.Key ?? '')) });
    return {};
  },
});
