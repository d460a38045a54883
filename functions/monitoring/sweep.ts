import { sweepTask } from '../../shared/events/monitors.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { alarms, bus, executions, hosting, metrics, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { sweep } from '../../shared/use-cases/monitoring/sweep.ts';

const ports = portsOf({ alarms, bus, executions, hosting, metrics, objects, store });

/** Called by its schedule. */
export const handler = taskHandler(sweepTask, async () => {
  logger.info('swept', { ...(await sweep(ports)) });
});
