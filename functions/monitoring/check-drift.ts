import { monitorTask } from '../../shared/events/monitors.ts';
import { logLine } from '../../shared/runtime/logger.ts';
import { bus, metrics, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { checkDrift } from '../../shared/use-cases/monitoring/check-drift.ts';

const ports = portsOf({ bus, metrics, objects, store });

/** Called by the model's schedule. */
export const handler = taskHandler(monitorTask, async (input) => {
  const monitor = await checkDrift(ports, input);
  const { release, verdict, pendingRows, lastCheck, topFeatures: [top] = [] } = monitor;
  logLine('drift', { ...input, release, verdict, pendingRows, lastCheck, column: top?.column, psi: top?.psi });
  return monitor;
});
