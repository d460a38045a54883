import { planRunTask } from '../../shared/events/build-tasks.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { planRun } from '../../shared/use-cases/build/plan-run.ts';

const ports = portsOf({ objects, store });

export const handler = taskHandler(planRunTask, (input) => planRun(ports, input));
