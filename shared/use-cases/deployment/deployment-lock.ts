import { failureOf } from '../../domain/execution-failure.ts';
import { executionArn } from '../../domain/names.ts';
import type { Deployment, DeploymentLock, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { ExecutionNotFoundError, type ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';
import { asRead } from '../registry-access.ts';

/** The execution that owns a lock; undefined when there is none of that name. */
export const lockOwner = async (
  { place, executions }: Pick<Ports, 'place' | 'executions'>,
  lock: DeploymentLock,
): Promise<ExecutionState | undefined> => {
  try {
    return await executions.describe(executionArn(place, 'deployment', lock.owner));
  } catch (error) {
    if (error instanceof ExecutionNotFoundError) return undefined;
    throw error;
  }
};

const WORK = {
  promotion: 'is being deployed after the verdict of its run',
  manual: 'is being deployed because somebody asked for it',
  rollback: 'is being brought back',
  restoration: 'is being put back after a deployment that failed',
} as const;

/** Who is at work on the endpoint, and why. */
export const lockInWords = ({ owner, modelVersion, kind, since }: DeploymentLock): string =>
  `model version ${modelVersion} ${WORK[kind]}, since ${since} (execution ${owner})`;

/** A deployment whose owner ended without a word is told so, and so is the run that it was for. */
export const leftBehind = async (
  store: Ports['store'],
  model: string,
  lock: DeploymentLock,
  owner: ExecutionState | undefined,
  at: string,
): Promise<readonly Change[]> => {
  const { reason } = owner ? failureOf(owner) : { reason: `there is no execution ${lock.owner}` };
  const { owner: execution, run, modelVersion, kind } = lock;
  return failedChanges(store, { model, execution, run, modelVersion, kind }, reason, at);
};

export type FailedDeployment = Pick<Deployment, 'model' | 'execution' | 'run' | 'kind' | 'modelVersion'>;

/** Notes a failure on a deployment, and on the run where it is that run's promotion; what has ended otherwise stays as it is. */
export const failedChanges = async (
  store: Ports['store'],
  failed: FailedDeployment,
  reason: string,
  at: string,
): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  const { model, execution, run, kind, modelVersion } = failed;
  const key = registryKeys.deployment(model, execution);
  const record = await store.get<Deployment>(key);
  const begun = record?.value ?? { model, execution, kind, modelVersion, run, begunAt: at };
  if (!record || !hasEnded(record.value))
    changes.push({
      put: key,
      value: { ...begun, status: 'failed', reason, at } satisfies Deployment,
      expect: asRead(record),
    });
  const found = kind === 'promotion' ? await store.get<Run>(registryKeys.run(model, run)) : undefined;
  const before = found?.value.deployment;
  if (found && (before === undefined || before.status === 'deploying'))
    changes.push({
      put: found.key,
      value: { ...found.value, deployment: { status: 'failed', reason, at } } satisfies Run,
      expect: asRead(found),
    });
  return changes;
};

export const hasEnded = ({ status }: Pick<Deployment, 'status'>): boolean => status !== 'deploying';
