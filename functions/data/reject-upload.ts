import { rejectUploadTask } from '../../shared/events/data-tasks.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { rejectUpload } from '../../shared/use-cases/data/reject-upload.ts';

const ports = portsOf({ objects, store });

export const handler = taskHandler(rejectUploadTask, (input) => rejectUpload(ports, input));
