import * as z from 'zod';
import { lambda } from './lambda.ts';
import { logger } from './logger.ts';

const customResourceEvent = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});

/**
 * A function behind a CloudFormation custom resource. CloudFormation waits an hour for an answer at `ResponseURL`, so one is
 * always given; a failure's message is shown by `cdk deploy`.
 * @param apply makes it so, on Create and Update; repeated calls must do no harm. Returns the physical id. Delete does nothing:
 *   what was published stays.
 */
export const customResource = <Schema extends z.ZodType>(
  properties: Schema,
  apply: (properties: z.output<Schema>) => Promise<string>,
) =>
  lambda(async (input: unknown): Promise<void> => {
    const event = customResourceEvent.parse(input);
    const kept = event.PhysicalResourceId ?? event.LogicalResourceId;
    try {
      const id = event.RequestType === 'Delete' ? kept : await apply(properties.parse(event.ResourceProperties));
      await answer(event, { Status: 'SUCCESS', PhysicalResourceId: id });
    } catch (error) {
      logger.error('custom resource failed', { error: error as Error });
      await answer(event, { Status: 'FAILED', PhysicalResourceId: kept, Reason: String(error) });
    }
  });

async function answer(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: z.infer<typeof customResourceEvent>,
  outcome: { Status: 'SUCCESS' | 'FAILED'; PhysicalResourceId: string; Reason?: string },
): Promise<void> {
  // Bytes, not a string: those come without a content type, and the URL is signed without one.
  const body = Buffer.from(JSON.stringify({ ...outcome, StackId, RequestId, LogicalResourceId }));
  const response = await fetch(ResponseURL, { method: 'PUT', body });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}
