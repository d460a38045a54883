import { smokeTestTask } from '../../shared/events/deployment-tasks.ts';
import { endpoints, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { smokeTest } from '../../shared/use-cases/deployment/smoke-test.ts';

const ports = portsOf({ endpoints, objects, store });

export const handler = taskHandler(smokeTestTask, (input) => smokeTest(ports, input));
