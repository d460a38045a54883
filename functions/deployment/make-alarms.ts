import { makeAlarmsTask } from '../../shared/events/deployment-tasks.ts';
import { alarms, portsOf } from '../../shared/runtime/ports.ts';
import { taskHandler } from '../../shared/runtime/task-handler.ts';
import { makeReleaseAlarms } from '../../shared/use-cases/deployment/release-alarms.ts';

const ports = portsOf({ alarms });

export const handler = taskHandler(makeAlarmsTask, (input) => makeReleaseAlarms(ports, input));
