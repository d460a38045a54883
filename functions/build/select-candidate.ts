import { selectCandidateTask } from '../../shared/events/tasks.ts';
import { awsPorts } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { selectCandidate } from '../../shared/use-cases/build/select-candidate.ts';

const ports = awsPorts();

export const handler = taskHandler(selectCandidateTask, (input) => selectCandidate(ports, input));
