import { executionStatusChange } from '../../shared/events/aws-events.ts';
import { alarms, bus, executions, metrics, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { recordFailure } from '../../shared/use-cases/monitoring/record-failure.ts';

const ports = portsOf({ alarms, bus, executions, metrics, store });

/** An execution of one of the pipelines did not succeed. */
export const handler = sqsHandler(executionStatusChange, ({ detail }) => recordFailure(ports, detail));
