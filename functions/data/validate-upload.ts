import { validateUploadTask } from '../../shared/events/data-tasks.ts';
import { engine } from '../../shared/runtime/engine.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { validateUpload } from '../../shared/use-cases/data/validate-upload.ts';

const ports = portsOf({ engine, objects, store });

export const handler = taskHandler(validateUploadTask, (input) => validateUpload(ports, input));
