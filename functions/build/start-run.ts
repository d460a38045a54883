import * as z from 'zod';
import {
  codeVersionRegistered,
  dataVersionReady,
  retrainRequested,
  runEnded,
} from '../../shared/events/domain-events.ts';
import { bus, executions, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { startRun } from '../../shared/use-cases/build/start-run.ts';

const trigger = z.object({
  detail: z.discriminatedUnion('type', [dataVersionReady, codeVersionRegistered, runEnded, retrainRequested]),
});
const ports = portsOf({ bus, executions, store });

/** Something happened after which a run may be due. */
export const handler = sqsHandler(trigger, ({ detail }) => startRun(ports, { model: detail.model }));
