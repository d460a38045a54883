import { endpointConfigName, endpointName, servedModelName } from '../../domain/names.ts';
import type {
  Champion,
  Deployment,
  DeploymentLock,
  Head,
  Retired,
  Run,
  WaitingChallenger,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { ServingRemoval } from '../../events/deployment-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { mapLimited } from '../scratch.ts';
import { LockLostError } from './commit-release.ts';
import { endpointGone } from './endpoint-gone.ts';
import { newestRelease } from './newest-release.ts';
import { deleteReleaseAlarms } from './release-alarms.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'hosting' | 'alarms' | 'metrics' | 'clock'>;

const AT_ONCE = 4;

/**
 * Takes away what was made of a model at run time (endpoint, configurations, SageMaker models, a release's alarms), and records that it is
 * retired: then it has no champion. Its history stays. Each call does what can be done now; can be repeated at any point.
 * @throws LockLostError, NotRegisteredError
 */
export const removeServing = async (
  ports: Needs,
  { model, execution }: Pick<Deployment, 'model' | 'execution'>,
): Promise<ServingRemoval> => {
  const { place, store, hosting } = ports;
  const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
  const record = await registered<Deployment>(store, registryKeys.deployment(model, execution));
  if (record.value.status === 'done') return { outcome: 'retired' };
  if (lock?.value.owner !== execution) throw new LockLostError(model, execution, lock?.value);
  if (!(await endpointGone(hosting, endpointName(place, model)))) return { outcome: 'removing' };
  await removeRest(ports, model);
  await deleteReleaseAlarms(ports, model, lock.value.deployment);
  // What fired on something that is gone would stay red for ever.
  await ports.metrics.put(
    (['Drift', 'Stale', 'MonitorOverdue', 'NotServing'] as const).map((name) => ({ name, model, value: 0 })),
  );
  await retryConflicts(() => retire(ports, model, execution));
  return { outcome: 'retired' };
};

const removeRest = async ({ place, store, hosting }: Needs, model: string): Promise<void> => {
  const numbersOf = async (key: (of: string) => ReturnType<typeof registryKeys.modelHead>) => {
    const latest = (await store.get<Head>(key(model)))?.value.latest ?? 0;
    return Array.from({ length: latest }, (_, i) => i + 1);
  };
  await mapLimited(await numbersOf(registryKeys.deploymentHead), AT_ONCE, (n) =>
    hosting.deleteEndpointConfig(endpointConfigName(place, model, n)),
  );
  await mapLimited(await numbersOf(registryKeys.modelHead), AT_ONCE, (n) =>
    hosting.deleteModel(servedModelName(place, model, n)),
  );
};

const retire = async ({ store, clock }: Needs, model: string, execution: string): Promise<void> => {
  const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
  const record = await registered<Deployment>(store, registryKeys.deployment(model, execution));
  if (record.value.status === 'done') return;
  if (lock?.value.owner !== execution) throw new LockLostError(model, execution, lock?.value);
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const at = clock();
  const { by = 'somebody', reason } = record.value.approval ?? {};
  const value: Retired = { at, by, ...(reason && { reason }), release: await newestRelease({ store }, model) };
  await store.commit([
    { put: registryKeys.retired(model), value, expect: 'absent' },
    ...(champion ? [{ remove: champion.key, expect: { revision: champion.revision } }] : []),
    { remove: lock.key, expect: { revision: lock.revision } },
    { put: record.key, value: { ...record.value, status: 'done', at } satisfies Deployment, expect: asRead(record) },
    ...(await endOfWait(store, model, value)),
  ]);
};

const endOfWait = async (store: Ports['store'], model: string, { at, by }: Retired): Promise<readonly Change[]> => {
  const waiting = await store.get<WaitingChallenger>(registryKeys.waiting(model));
  if (!waiting) return [{ check: registryKeys.waiting(model), expect: 'absent' }];
  const run: Stored<Run> = await registered<Run>(store, registryKeys.run(model, waiting.value.run));
  const deployment = { status: 'not-needed', reason: `${by} retired the model`, at } as const;
  return [
    { remove: waiting.key, expect: { revision: waiting.revision } },
    { put: run.key, value: { ...run.value, deployment } satisfies Run, expect: asRead(run) },
  ];
};
