import { buildExecutionName, deploymentExecutionName, executionArn } from '../../domain/names.ts';
import type { DeploymentLock, Run, RunSlot } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { announceRun } from '../build/announce-run.ts';
import { startRun } from '../build/start-run.ts';
import { lockOwner } from '../deployment/deployment-lock.ts';
import { failDeployment } from '../deployment/fail-deployment.ts';
import { describeIfThere } from '../describe-if-there.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'bus' | 'metrics' | 'alarms' | 'clock'>;

/** An approval that was lost is found among so many runs: each later one supersedes it. */
const RUNS = 10;

/**
 * What an event would have set going, were it not lost: the failure of a run or deployment that ended unheard is recorded and what it held
 * is freed, a run that is due is started, a verdict is announced again, a restoration that was never started is. By what is so alone, so
 * it changes nothing where all is well, and can be repeated. A failure is measured before it is recorded: afterwards nobody would find it.
 */
export async function sweepModel(ports: Needs, model: string): Promise<void> {
  await measureDeadRun(ports, model);
  await startRun(ports, { model });
  await sweepApprovals(ports, model);
  await sweepLock(ports, model);
}

/** Recorded by `startRun`, which looks after the slot that it finds taken. */
async function measureDeadRun(ports: Needs, model: string): Promise<void> {
  const slot = await ports.store.get<RunSlot>(registryKeys.runSlot(model));
  if (!slot) return;
  const arn = executionArn(ports.place, 'build', buildExecutionName(model, slot.value.run));
  const execution = await describeIfThere(ports, arn);
  if (!execution || execution.status === 'RUNNING' || !(await isUnchanged(ports, slot))) return;
  await ports.metrics.put([{ name: 'FailedRun', model, value: 1 }]);
}

/** An execution that has ended may have recorded its end after the first look. */
const isUnchanged = async ({ store }: Needs, item: Stored<object>): Promise<boolean> =>
  (await store.get(item.key))?.revision === item.revision;

async function sweepApprovals(ports: Needs, model: string): Promise<void> {
  const runs = await ports.store.list<Run>(model, registryPrefixes.runs, { newestFirst: true, limit: RUNS });
  for (const run of runs.toReversed())
    if (run.value.verdict?.decision === 'promote' && !run.value.deployment) await sweepApproval(ports, run);
}

async function sweepApproval(ports: Needs, item: Stored<Run>): Promise<void> {
  const { value: run } = item;
  const { model, modelVersion } = run;
  if (modelVersion === undefined) return;
  const name = deploymentExecutionName(model, modelVersion, run.run);
  const execution = await describeIfThere(ports, executionArn(ports.place, 'deployment', name));
  if (!execution) return announceRun(ports, run);
  if (execution.status === 'RUNNING' || !(await isUnchanged(ports, item))) return;
  await fail(ports, { model, execution: name, modelVersion, run: run.run, kind: 'promotion' }, execution);
}

async function sweepLock(ports: Needs, model: string): Promise<void> {
  const lock = await ports.store.get<DeploymentLock>(registryKeys.deploymentLock(model));
  if (!lock) return;
  const { owner: name, modelVersion, run, kind } = lock.value;
  const owner = await lockOwner(ports, lock.value);
  if (owner?.status === 'RUNNING') return;
  // The lock was handed to it by somebody who died before starting it.
  if (!owner && kind === 'restoration')
    return ports.executions.start('deployment', name, { model, modelVersion, run, kind });
  if (!(await isUnchanged(ports, lock))) return;
  await fail(ports, { model, execution: name, modelVersion, run, kind }, owner ?? gone(name));
}

const gone = (name: string) => ({ status: 'FAILED' as const, cause: `there is no execution ${name}` });

async function fail(
  ports: Needs,
  failed: Parameters<typeof failDeployment>[1],
  execution: Pick<ExecutionState, 'status' | 'error' | 'cause'>,
): Promise<void> {
  await ports.metrics.put([{ name: 'FailedDeployment', model: failed.model, value: 1 }]);
  await failDeployment(ports, failed, execution);
}
