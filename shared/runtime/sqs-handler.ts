import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { refuseNewer } from '../events/payload-version.ts';
import { lambda } from './lambda.ts';
import { logger } from './logger.ts';

/** A message that no number of deliveries will make good: it goes to the dead-letter queue with this reason in the log. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

/** What was done with the record went on for too long; whatever came of it, it is done again. */
export class RecordTimeoutError extends Error {
  override readonly name = 'RecordTimeoutError';
}

/** For the answer itself. */
const RESERVE_MS = 2000;
/** What a record may take in any case: the first one opens all connections. */
const FIRST_CALLS_MS = 5000;

/**
 * A function behind a queue whose messages hold one EventBridge event each. Every record is handled; those that failed, and
 * only those, are given back to the queue. A record has its share of the time that is left, so that one that hangs takes no other's:
 * a function that is killed gives all its records back, and in the end to the dead letters.
 * @param schema of the whole EventBridge event
 */
export const sqsHandler = <Schema extends z.ZodType>(
  schema: Schema,
  handle: (event: z.output<Schema>) => Promise<unknown>,
) =>
  lambda(async ({ Records }: SQSEvent, context): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const [i, record] of Records.entries()) {
      const left = context.getRemainingTimeInMillis() - RESERVE_MS;
      const share = Math.min(left, Math.max(FIRST_CALLS_MS, left / (Records.length - i)));
      try {
        await within(share, () => handle(parsed(schema, record)));
      } catch (error) {
        failed.push(record.messageId);
        logger.error('record failed', {
          messageId: record.messageId,
          receiveCount: record.attributes.ApproximateReceiveCount,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });

async function within(milliseconds: number, work: () => Promise<unknown>): Promise<void> {
  if (milliseconds <= 0) throw new RecordTimeoutError('not begun: the records before it took all the time');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new RecordTimeoutError(`not done within its share of the time, ${Math.round(milliseconds)} ms`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, record: SQSRecord): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(record.body);
  } catch {
    // Not as the cause: a SyntaxError quotes the text.
    throw new MalformedMessageError(`the body is not JSON (${record.body.length} characters)`);
  }
  // Of AWS's own events, the detail has no such member.
  if (typeof body === 'object' && body !== null && 'detail' in body) refuseNewer(body.detail);
  const result = schema.safeParse(body);
  if (!result.success) throw new MalformedMessageError(`not the event it should be: ${z.prettifyError(result.error)}`);
  return result.data;
}
