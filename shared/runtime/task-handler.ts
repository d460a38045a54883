import * as z from 'zod';
import { refuseNewer } from '../events/payload-version.ts';
import { lambda } from './lambda.ts';
import { logger } from './logger.ts';

/** The state machine handed over something else than the function's schema says: a bug of the template, nothing to retry. */
export class TaskInputError extends Error {
  override readonly name = 'TaskInputError';
}

/**
 * A function that a state machine calls. What it throws keeps its name, which is what Retry and Catch match in `ErrorEquals`, and
 * its message, which becomes the Cause. (The local cloud reports every thrown error as `Runtime.HandlerError`.)
 */
export const taskHandler = <Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Output>,
) =>
  lambda(async (input: unknown): Promise<Output> => {
    try {
      refuseNewer(input);
      const result = schema.safeParse(input);
      if (!result.success) throw new TaskInputError(z.prettifyError(result.error));
      return await run(result.data);
    } catch (error) {
      logger.error('task failed', { error: error instanceof Error ? error : new Error(String(error)) });
      throw error;
    }
  });
