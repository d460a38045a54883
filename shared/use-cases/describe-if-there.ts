import { ExecutionNotFoundError, type ExecutionState } from '../ports/executions.ts';
import type { Ports } from '../ports/index.ts';

/** Undefined when there is no such execution. */
export const describeIfThere = async (
  { executions }: Pick<Ports, 'executions'>,
  executionArn: string,
): Promise<ExecutionState | undefined> => {
  try {
    return await executions.describe(executionArn);
  } catch (error) {
    if (error instanceof ExecutionNotFoundError) return undefined;
    throw error;
  }
};
