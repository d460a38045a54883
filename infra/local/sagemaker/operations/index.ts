import { addTags } from './add-tags.ts';
import { createEndpoint } from './create-endpoint.ts';
import { createEndpointConfig } from './create-endpoint-config.ts';
import { createModel } from './create-model.ts';
import { createTrainingJob } from './create-training-job.ts';
import { createTransformJob } from './create-transform-job.ts';
import { deleteEndpoint } from './delete-endpoint.ts';
import { deleteEndpointConfig } from './delete-endpoint-config.ts';
import { deleteModel } from './delete-model.ts';
import { deleteTags } from './delete-tags.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { describeEndpointConfig } from './describe-endpoint-config.ts';
import { describeModel } from './describe-model.ts';
import { describeTrainingJob } from './describe-training-job.ts';
import { describeTransformJob } from './describe-transform-job.ts';
import { listTags } from './list-tags.ts';
import type { Operation } from './operation.ts';
import { stopTrainingJob } from './stop-training-job.ts';
import { stopTransformJob } from './stop-transform-job.ts';
import { updateEndpoint } from './update-endpoint.ts';

/** Every operation that local SageMaker has; any other is refused by name. (InvokeEndpoint is the runtime's, see `runtime/`.) */
export const OPERATIONS: ReadonlyMap<string, Operation<never>> = new Map(
  [
    createTrainingJob,
    describeTrainingJob,
    stopTrainingJob,
    createTransformJob,
    describeTransformJob,
    stopTransformJob,
    createModel,
    describeModel,
    deleteModel,
    createEndpointConfig,
    describeEndpointConfig,
    deleteEndpointConfig,
    createEndpoint,
    describeEndpoint,
    updateEndpoint,
    deleteEndpoint,
    addTags,
    listTags,
    deleteTags,
  ].map((operation) => [operation.name, operation]),
);
