import type { Deployment, DeploymentLock } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { LockLostError } from './commit-release.ts';
import { deleteReleaseAlarms } from './release-alarms.ts';

/** The champion was seen to serve again: the endpoint is free for the next deployment. Can be repeated. @throws LockLostError */
export const endRestoration = (
  ports: Pick<Ports, 'place' | 'store' | 'alarms' | 'clock'>,
  { model, execution }: { readonly model: string; readonly execution: string },
): Promise<Deployment> =>
  retryConflicts(async () => {
    const { store, clock } = ports;
    const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
    const record = await registered<Deployment>(store, registryKeys.deployment(model, execution));
    if (record.value.status === 'done') return record.value;
    if (lock?.value.owner !== execution) throw new LockLostError(model, execution, lock?.value);
    await deleteReleaseAlarms(ports, model, lock.value.deployment);
    const done: Deployment = { ...record.value, status: 'done', at: clock() };
    await store.commit([
      { put: record.key, value: done, expect: asRead(record) },
      { remove: lock.key, expect: asRead(lock) as { revision: number } },
    ]);
    return done;
  });
