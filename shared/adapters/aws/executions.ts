import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Place, stateMachineArn } from '../../domain/names.ts';
import { ExecutionNotFoundError, type ExecutionState, type Executions } from '../../ports/executions.ts';

export function stepFunctionsExecutions(client: SFNClient, place: Place): Executions {
  return {
    start: async (pipeline, name, input) => {
      try {
        await client.send(
          new StartExecutionCommand({
            stateMachineArn: stateMachineArn(place, pipeline),
            name,
            input: JSON.stringify(input),
          }),
        );
      } catch (error) {
        // A name says what is to be done: whoever took it first started the same work.
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },

    describe: async (executionArn): Promise<ExecutionState> => {
      const execution = await client.send(new DescribeExecutionCommand({ executionArn })).catch((error: unknown) => {
        if (error instanceof ExecutionDoesNotExist) throw new ExecutionNotFoundError(executionArn, { cause: error });
        throw error;
      });
      return {
        name: execution.name ?? executionArn.slice(executionArn.lastIndexOf(':') + 1),
        // An execution that waits to be redriven has not ended.
        status: execution.status === undefined || execution.status === 'PENDING_REDRIVE' ? 'RUNNING' : execution.status,
        input: execution.input === undefined ? undefined : JSON.parse(execution.input),
        ...(execution.error === undefined ? {} : { error: execution.error }),
        ...(execution.cause === undefined ? {} : { cause: execution.cause }),
      };
    },
  };
}
