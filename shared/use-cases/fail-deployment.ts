import { type EndedExecution, failureOf } from '../domain/execution-failure.ts';
import type { DeploymentLock, Run } from '../domain/records.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import type { Change } from '../ports/registry-store.ts';
import type { OwnedDeployment } from './begin-deployment.ts';
import { asRead, registered, retryConflicts } from './registry-access.ts';

/**
 * Records that a deployment's execution ended without a release, and gives its lock back. One that made its release keeps it.
 * @throws NotRegisteredError when there is no such run
 */
export const failDeployment = (
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  { model, run, execution }: OwnedDeployment,
  ended: EndedExecution,
): Promise<void> =>
  retryConflicts(async () => {
    const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
    const found = await registered<Run>(store, registryKeys.run(model, run));
    const { reason } = failureOf(ended);
    const changes: Change[] = [];
    if (found.value.deployment === undefined || found.value.deployment.status === 'deploying')
      changes.push({
        put: found.key,
        value: { ...found.value, deployment: { status: 'failed', reason, at: clock() } } satisfies Run,
        expect: asRead(found),
      });
    if (lock?.value.owner === execution) changes.push({ remove: lock.key, expect: { revision: lock.revision } });
    if (changes.length > 0) await store.commit(changes);
  });
