import type { EndedExecution } from '../../domain/monitoring/execution-failure.ts';
import { restorationExecutionName } from '../../domain/names.ts';
import type { Champion, Deployment, DeploymentLock } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { retryConflicts } from '../registry-access.ts';
import { type FailedDeployment, failedChanges, whyItFailed } from './deployment-lock.ts';
import { deleteReleaseAlarms } from './release-alarms.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'alarms' | 'clock' | 'executions'>;

/**
 * Records that a deployment's execution ended without a release; one that made its release keeps it. Where a champion is live, what
 * serves now may be something else: the lock goes to a restoration, which looks, puts the champion back if need be, and gives the lock
 * up. A restoration that fails itself is not followed by another one. Can be repeated.
 */
export const failDeployment = async (ports: Needs, failed: FailedDeployment, ended: EndedExecution): Promise<void> => {
  const restoration = await retryConflicts(() => record(ports, failed, ended));
  if (!restoration) return;
  const { owner, modelVersion, run, kind } = restoration;
  await ports.executions.start('deployment', owner, { model: failed.model, modelVersion, run, kind });
};

/** @returns the restoration that holds the lock now and is to be started */
const record = async (
  ports: Needs,
  failed: FailedDeployment,
  ended: EndedExecution,
): Promise<DeploymentLock | undefined> => {
  const { store, clock } = ports;
  const { model, execution } = failed;
  const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
  if (lock?.value.owner === restorationExecutionName(execution)) return lock.value;
  const at = clock();
  const own = lock?.value.owner === execution ? lock : undefined;
  const changes = await failedChanges(store, failed, await whyItFailed(ports, model, own?.value, ended), at);
  const next = own && (await handOver(store, own, failed, at));
  // A restoration goes on with them: SageMaker may still be baking, and take the release back before anybody else does.
  if (own && !next?.lock) await deleteReleaseAlarms(ports, model, own.value.deployment);
  const all = [...changes, ...(next?.changes ?? [])];
  if (all.length > 0) await store.commit(all);
  return next?.lock;
};

const handOver = async (
  store: Needs['store'],
  lock: Stored<DeploymentLock>,
  { model, execution, kind }: FailedDeployment,
  at: string,
): Promise<{ changes: readonly Change[]; lock?: DeploymentLock }> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const live = champion && (await store.get<{ run: number }>(registryKeys.release(model, champion.value.release)));
  if (!champion || !live || kind === 'restoration' || kind === 'retirement')
    return { changes: [{ remove: lock.key, expect: { revision: lock.revision } }] };
  const { modelVersion } = champion.value;
  const restoration: Deployment = {
    ...{ model, execution: restorationExecutionName(execution), kind: 'restoration', modelVersion },
    ...{ run: live.value.run, status: 'deploying', begunAt: at, at },
  };
  const { run } = restoration;
  const owner = restoration.execution;
  const handed: DeploymentLock = { ...lock.value, owner, kind: 'restoration', modelVersion, run, since: at };
  return {
    lock: handed,
    changes: [
      { put: lock.key, value: handed, expect: { revision: lock.revision } },
      { put: registryKeys.deployment(model, owner), value: restoration, expect: 'absent' },
    ],
  };
};
