import type { z } from 'zod';
import { failureOf } from '../../domain/monitoring/execution-failure.ts';
import { type Pipeline, stateMachineArn } from '../../domain/names.ts';
import type { Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { ExecutionStatusChange } from '../../events/aws-events.ts';
import { buildExecution } from '../../events/build-tasks.ts';
import { dataExecution } from '../../events/data-tasks.ts';
import { deploymentExecution } from '../../events/deployment-tasks.ts';
import type { ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import { failRun } from '../build/fail-run.ts';
import { failUpload } from '../data/fail-upload.ts';
import { failDeployment } from '../deployment/fail-deployment.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'bus' | 'metrics' | 'alarms' | 'clock'>;

/** An execution that nothing here can answer for: of another machine, or started by hand with an input of its own. */
export class ForeignExecutionError extends Error {
  override readonly name = 'ForeignExecutionError';
}

/**
 * The one place that records failures: an execution ended without success, whatever the reason, a time-out or a stop included. Asks
 * Step Functions for the truth, writes the reason on what the execution was for, frees what it held, and measures it for the alarm.
 * Can be repeated: then it measures again, because a page that comes twice is better than one that never comes.
 * @throws ForeignExecutionError, ExecutionNotFoundError, NotRegisteredError
 */
export const recordFailure = async (
  ports: Needs,
  { executionArn, stateMachineArn: machine }: Pick<ExecutionStatusChange['detail'], 'executionArn' | 'stateMachineArn'>,
): Promise<void> => {
  const pipeline = (['data', 'build', 'deployment'] as const).find((p) => stateMachineArn(ports.place, p) === machine);
  if (!pipeline) throw new ForeignExecutionError(`${executionArn} does not belong to one of our state machines`);
  const execution = await ports.executions.describe(executionArn);
  if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') return;
  await recorders[pipeline](ports, execution);
};

const recorders: Record<Pipeline, (ports: Needs, execution: ExecutionState) => Promise<unknown>> = {
  data: (ports, execution) =>
    failUpload(ports, { ...inputOf(dataExecution, execution), reason: failureOf(execution).reason }),
  build: async (ports, execution) => {
    const { status, model } = await failRun(ports, inputOf(buildExecution, execution), execution);
    const retired = await ports.store.get(registryKeys.retired(model));
    if (status === 'failed' && !retired) await ports.metrics.put([{ name: 'FailedRun', model, value: 1 }]);
  },
  deployment: async (ports, execution) => {
    const input = inputOf(deploymentExecution, execution);
    await failDeployment(ports, { ...input, execution: execution.name }, execution);
    const { model, run } = input;
    const asked = await ports.store.get<{ status: string }>(registryKeys.deployment(model, execution.name));
    const ofRun = await ports.store.get<Run>(registryKeys.run(model, run));
    if ((asked?.value.status ?? ofRun?.value.deployment?.status) === 'failed')
      await ports.metrics.put([{ name: 'FailedDeployment', model, value: 1 }]);
  },
};

const inputOf = <Schema extends z.ZodType>(schema: Schema, { name, input }: ExecutionState): z.output<Schema> => {
  const result = schema.safeParse(input);
  if (!result.success) throw new ForeignExecutionError(`execution ${name} has an input that is not ours`);
  return result.data;
};
