import * as z from 'zod';
import { dataVersionReady, driftChecked, runEnded } from '../../shared/events/domain-events.ts';
import { engine } from '../../shared/runtime/engine.ts';
import { objects, portsOf, store } from '../../shared/runtime/ports.ts';
import { sqsHandler } from '../../shared/runtime/sqs-handler.ts';
import { writeReport } from '../../shared/use-cases/reports/write-report.ts';

const happened = z.object({ detail: z.discriminatedUnion('type', [dataVersionReady, runEnded, driftChecked]) });
const ports = portsOf({ engine, objects, store });

/** Something happened that people get a report of. */
export const handler = sqsHandler(happened, ({ detail }) => writeReport(ports, detail));
