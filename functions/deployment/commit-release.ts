import { commitReleaseTask } from '../../shared/events/deployment-tasks.ts';
import { logLine } from '../../shared/runtime/logger.ts';
import { alarms, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { commitRelease } from '../../shared/use-cases/deployment/commit-release.ts';

const ports = portsOf({ alarms, store });

export const handler = taskHandler(commitReleaseTask, async (input) => {
  const made = await commitRelease(ports, input);
  const { model, release, kind, modelVersion, dataVersion, codeVersion } = made;
  logLine('release', { model, release, kind, modelVersion, dataVersion, codeVersion });
  return made;
});
