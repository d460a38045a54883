import { serves } from '../../domain/monitoring/serving.ts';
import type { Champion, DeploymentLock, Head, NotServing, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';

type Needs = Pick<Ports, 'store' | 'hosting' | 'metrics' | 'clock'>;

/**
 * At rest, what serves is the champion. Where it is not (somebody deleted or changed the endpoint, or it failed), that goes on record, and
 * `NotServing` is 1 with each look while it lasts: its alarm pages once. Says nothing while anything is under way. Can be repeated.
 * @throws NotRegisteredError
 */
export const checkServing = async (ports: Needs, model: string): Promise<void> => {
  const served = await retryConflicts(() => look(ports, model));
  if (served !== undefined) await ports.metrics.put([{ name: 'NotServing', model, value: served ? 0 : 1 }]);
};

/**
 * The count of deployments first and, in the commit, last: it grows when a lock is taken, so that if the lock is free after the first look
 * at it and it has not grown, nothing changed champion or endpoint in between.
 */
const look = async ({ store, hosting, clock }: Needs, model: string): Promise<boolean | undefined> => {
  const deployments = await store.get<Head>(registryKeys.deploymentHead(model));
  if (await store.get<DeploymentLock>(registryKeys.deploymentLock(model))) return undefined;
  const before = await store.get<NotServing>(registryKeys.serving(model));
  const champion = await store.get<Champion>(registryKeys.champion(model));
  const release = champion && (await registered<Release>(store, registryKeys.release(model, champion.value.release)));
  const found = release && (await hosting.describeEndpoint(release.value.endpoint));
  const served = release && serves(release.value, found);
  if (release && served === undefined) return undefined;
  const undisturbed = { check: registryKeys.deploymentHead(model), expect: asRead(deployments) } as const;
  if (release && served === false) {
    const value = notServing(release.value, found, before?.value, clock());
    await store.commit([{ put: registryKeys.serving(model), value, expect: asRead(before) }, undisturbed]);
  } else if (before) await store.commit([{ remove: before.key, expect: { revision: before.revision } }, undisturbed]);
  return served;
};

const notServing = (
  { release, modelVersion, endpoint, endpointConfig: wanted }: Release,
  found: NotServing['found'],
  before: NotServing | undefined,
  now: string,
): NotServing => ({
  ...{ release, modelVersion, endpoint, wanted, ...(found && { found }) },
  since: before?.release === release ? before.since : now,
});
