import type { DeleteModelInput } from '@aws-sdk/client-sagemaker';
import { honoured } from '../support.ts';
import { operation } from './operation.ts';
import { requireResource } from './requirements.ts';

/** What serves goes on serving: a deployment holds a copy of what it needs. */
export const deleteModel = operation<DeleteModelInput>({
  name: 'DeleteModel',
  supports: { ModelName: honoured },
  run(sagemaker, input) {
    sagemaker.store.remove('model', requireResource(sagemaker, 'model', input.ModelName).name);
    return {};
  },
});
