import { selectCandidateTask } from '../../shared/events/build-tasks.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { selectCandidate } from '../../shared/use-cases/build/select-candidate.ts';

const ports = portsOf({ objects, store });

export const handler = taskHandler(selectCandidateTask, (input) => selectCandidate(ports, input));
