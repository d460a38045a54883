import { rejectUploadTask } from '../../shared/events/tasks.ts';
import { awsPorts } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { rejectUpload } from '../../shared/use-cases/data/reject-upload.ts';

const ports = awsPorts();

export const handler = taskHandler(rejectUploadTask, (input) => rejectUpload(ports, input));
