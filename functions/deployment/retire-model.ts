import { removeServingTask } from '../../shared/events/deployment-tasks.ts';
import { alarms, hosting, metrics, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { removeServing } from '../../shared/use-cases/deployment/remove-serving.ts';

const ports = portsOf({ alarms, hosting, metrics, store });

export const handler = taskHandler(removeServingTask, (input) => removeServing(ports, input));
