import { validateUploadTask } from '../../shared/events/tasks.ts';
import { rowPorts } from '../../shared/runtime/engine.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { validateUpload } from '../../shared/use-cases/data/validate-upload.ts';

const ports = rowPorts();

export const handler = taskHandler(validateUploadTask, (input) => validateUpload(ports, input));
