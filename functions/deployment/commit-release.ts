import { commitReleaseTask } from '../../shared/events/tasks.ts';
import { portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { commitRelease } from '../../shared/use-cases/deployment/commit-release.ts';

const ports = portsOf({ store });

export const handler = taskHandler(commitReleaseTask, (input) => commitRelease(ports, input));
