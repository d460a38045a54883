import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { lambda } from './lambda.ts';
import { logger } from './logger.ts';

/** A message that no number of deliveries will make good: it goes to the dead-letter queue with this reason in the log. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

/**
 * A function behind a queue whose messages hold one EventBridge event each. Every record is handled; those that failed, and
 * only those, are given back to the queue.
 * @param schema of the whole EventBridge event
 */
export const sqsHandler = <Schema extends z.ZodType>(
  schema: Schema,
  handle: (event: z.output<Schema>) => Promise<unknown>,
) =>
  lambda(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const record of Records) {
      try {
        await handle(parsed(schema, record));
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

function parsed<Schema extends z.ZodType>(schema: Schema, record: SQSRecord): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(record.body);
  } catch {
    // Not as the cause: a SyntaxError quotes the text.
    throw new MalformedMessageError(`the body is not JSON (${record.body.length} characters)`);
  }
  const result = schema.safeParse(body);
  if (!result.success) throw new MalformedMessageError(`not the event it should be: ${z.prettifyError(result.error)}`);
  return result.data;
}
