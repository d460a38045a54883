import { evaluateRunTask } from '../../shared/events/build-tasks.ts';
import { engine } from '../../shared/runtime/engine.ts';
import { logLine } from '../../shared/runtime/logger.ts';
import { bus, executions, objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { evaluateRun } from '../../shared/use-cases/build/evaluate-run.ts';
import { writeBaseline } from '../../shared/use-cases/build/write-baseline.ts';

const ports = portsOf({ bus, engine, executions, objects, store });

export const handler = taskHandler(evaluateRunTask, async (input) => {
  await writeBaseline(ports, input);
  const evaluation = await evaluateRun(ports, input);
  if (evaluation.outcome === 'decided') {
    const { decision, outcome, metric, challenger, testRows } = evaluation.verdict;
    const { model, run, modelVersion } = input;
    logLine('verdict', { model, run, modelVersion, decision, outcome, metric, score: challenger[metric], testRows });
  }
  return evaluation;
});
