import { monitorTask } from '../../shared/events/monitors.ts';
import { logLine } from '../../shared/runtime/logger.ts';
import { metrics, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { checkFreshness } from '../../shared/use-cases/monitoring/check-freshness.ts';

const ports = portsOf({ metrics, store });

/** Called by the model's schedule. */
export const handler = taskHandler(monitorTask, async (input) => {
  const monitor = await checkFreshness(ports, input);
  const { verdict, championAgeDays, dataAgeDays } = monitor;
  logLine('freshness', { ...input, verdict, championAgeDays, dataAgeDays });
  return monitor;
});
