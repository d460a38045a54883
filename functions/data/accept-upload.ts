import { acceptUploadTask } from '../../shared/events/tasks.ts';
import { awsPorts } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { acceptUpload } from '../../shared/use-cases/data/accept-upload.ts';

const ports = awsPorts();

export const handler = taskHandler(acceptUploadTask, (input) => acceptUpload(ports, input));
