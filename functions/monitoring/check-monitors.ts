import { checkMonitorsTask } from '../../shared/events/monitors.ts';
import { metrics, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { checkMonitors } from '../../shared/use-cases/monitoring/check-monitors.ts';

const ports = portsOf({ metrics, store });

/** Called by its schedule. */
export const handler = taskHandler(checkMonitorsTask, (input) => checkMonitors(ports, input));
