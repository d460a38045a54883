import { evaluateRunTask } from '../../shared/events/tasks.ts';
import { rowPorts } from '../../shared/runtime/engine.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { evaluateRun } from '../../shared/use-cases/evaluate-run.ts';
import { writeBaseline } from '../../shared/use-cases/write-baseline.ts';

const ports = rowPorts();

export const handler = taskHandler(evaluateRunTask, async (input) => {
  await writeBaseline(ports, input);
  return evaluateRun(ports, input);
});
