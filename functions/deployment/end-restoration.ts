import { endRestorationTask } from '../../shared/events/deployment-tasks.ts';
import { alarms, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { endRestoration } from '../../shared/use-cases/deployment/end-restoration.ts';

const ports = portsOf({ alarms, store });

export const handler = taskHandler(endRestorationTask, (input) => endRestoration(ports, input));
