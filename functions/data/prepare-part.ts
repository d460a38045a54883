import { preparePartTask } from '../../shared/events/tasks.ts';
import { rowPorts } from '../../shared/runtime/engine.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { preparePart } from '../../shared/use-cases/data/prepare-part.ts';

const ports = rowPorts();

export const handler = taskHandler(preparePartTask, (input) => preparePart(ports, input));
