import { acceptUploadTask } from '../../shared/events/data-tasks.ts';
import { bus, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { acceptUpload } from '../../shared/use-cases/data/accept-upload.ts';

const ports = portsOf({ bus, objects, store });

export const handler = taskHandler(acceptUploadTask, (input) => acceptUpload(ports, input));
