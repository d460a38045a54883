import { preparePartTask } from '../../shared/events/data-tasks.ts';
import { engine } from '../../shared/runtime/engine.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { preparePart } from '../../shared/use-cases/data/prepare-part.ts';

const ports = portsOf({ engine, objects, store });

export const handler = taskHandler(preparePartTask, (input) => preparePart(ports, input));
