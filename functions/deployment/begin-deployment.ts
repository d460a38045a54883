import { beginDeploymentTask } from '../../shared/events/deployment-tasks.ts';
import { alarms, executions, hosting, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { beginDeployment } from '../../shared/use-cases/deployment/begin-deployment.ts';

const ports = portsOf({ alarms, executions, hosting, store });

export const handler = taskHandler(beginDeploymentTask, ({ request, execution }) =>
  beginDeployment(ports, { ...request, execution }),
);
