import { rollbackInWords } from '../../domain/deployment/canary.ts';
import { type EndedExecution, failureOf } from '../../domain/monitoring/execution-failure.ts';
import { executionArn } from '../../domain/names.ts';
import type { Deployment, DeploymentLock, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';
import { describeIfThere } from '../describe-if-there.ts';
import { asRead } from '../registry-access.ts';
import { alarmThatFired } from './release-alarms.ts';

/** The execution that owns a lock; undefined when there is none of that name. */
export const lockOwner = (
  ports: Pick<Ports, 'place' | 'executions'>,
  lock: DeploymentLock,
): Promise<ExecutionState | undefined> => describeIfThere(ports, executionArn(ports.place, 'deployment', lock.owner));

const WORK = {
  promotion: 'is being deployed after the verdict of its run',
  manual: 'is being deployed because somebody asked for it',
  rollback: 'is being brought back',
  retirement: 'is being retired because somebody asked for it',
  restoration: 'is being restored after a failed deployment',
} as const;

/** Who is at work on the endpoint, and why. */
export const lockInWords = ({ owner, modelVersion, kind, since }: DeploymentLock): string =>
  `model version ${modelVersion} ${WORK[kind]}, since ${since} (execution ${owner})`;

/** A deployment whose owner ended without a word is told so, and so is the run that it was for. */
export const leftBehind = async (
  ports: Pick<Ports, 'place' | 'store' | 'alarms'>,
  model: string,
  lock: DeploymentLock,
  owner: ExecutionState | undefined,
  at: string,
): Promise<readonly Change[]> => {
  const why = owner ? await whyItFailed(ports, model, lock, owner) : { reason: `there is no execution ${lock.owner}` };
  const { owner: execution, run, modelVersion, kind } = lock;
  return failedChanges(ports.store, { model, execution, run, modelVersion, kind }, why, at);
};

/** UpdateEndpoint may fall back without a word, on the machine's side of it: the alarms of the release know better. */
export const whyItFailed = async (
  ports: Pick<Ports, 'place' | 'alarms'>,
  model: string,
  lock: DeploymentLock | undefined,
  ended: EndedExecution,
): Promise<Why> => {
  const { reason } = failureOf(ended);
  // The number of a restoration is that of the deployment before it, which has told already.
  const fired = lock && lock.kind !== 'restoration' ? await alarmThatFired(ports, model, lock.deployment) : undefined;
  return fired ? { reason: rollbackInWords(fired, reason), rolledBackBy: fired.alarm } : { reason };
};

type Why = Pick<Deployment, 'rolledBackBy'> & { readonly reason: string };

export type FailedDeployment = Pick<Deployment, 'model' | 'execution' | 'run' | 'kind' | 'modelVersion'>;

/** Notes a failure on a deployment, and on the run where it is that run's promotion; what has ended otherwise stays as it is. */
export const failedChanges = async (
  store: Ports['store'],
  failed: FailedDeployment,
  why: Why,
  at: string,
): Promise<readonly Change[]> => {
  const { reason } = why;
  const changes: Change[] = [];
  const { model, execution, run, kind, modelVersion } = failed;
  const key = registryKeys.deployment(model, execution);
  const record = await store.get<Deployment>(key);
  const begun = record?.value ?? { model, execution, kind, modelVersion, run, begunAt: at };
  if (!record || !hasEnded(record.value))
    changes.push({
      put: key,
      value: { ...begun, ...why, status: 'failed', at } satisfies Deployment,
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
