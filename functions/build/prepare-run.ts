import { prepareRunTask } from '../../shared/events/build-tasks.ts';
import { engine } from '../../shared/runtime/engine.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { prepareRun } from '../../shared/use-cases/build/prepare-run.ts';

const ports = portsOf({ engine, objects, store });

export const handler = taskHandler(prepareRunTask, (input) => prepareRun(ports, input));
