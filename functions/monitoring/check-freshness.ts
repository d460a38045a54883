import { monitorTask } from '../../shared/events/monitors.ts';
import { metrics, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { checkFreshness } from '../../shared/use-cases/monitoring/check-freshness.ts';

const ports = portsOf({ metrics, store });

/** Called by the model's schedule. */
export const handler = taskHandler(monitorTask, (input) => checkFreshness(ports, input));
