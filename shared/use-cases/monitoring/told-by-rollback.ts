import type { AlarmKind } from '../../domain/names.ts';
import type { Deployment, DeploymentLock } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { alarmThatFired } from '../deployment/release-alarms.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'alarms'>;

const OF_THE_ENDPOINT: readonly AlarmKind[] = ['endpoint-errors', 'endpoint-latency'];
/** These alarms look back three minutes, and a minute's datapoint may come some minutes late. */
const AFTERMATH_MS = 10 * 60_000;

/**
 * Is this what callers met in a release on trial? The endpoint's alarms watch both fleets, and cannot tell. When the release's own alarm
 * has fired it is taken back, and one page says so: failed-deployment. A second one about the same calls would help nobody.
 * @param changedAt ISO 8601
 */
export const toldByRollback = async (
  { place, store, alarms }: Needs,
  model: string,
  kind: AlarmKind,
  changedAt: string,
): Promise<boolean> => {
  if (!OF_THE_ENDPOINT.includes(kind)) return false;
  const at = new Date(changedAt.replace(/\+0000$/, 'Z')).getTime();
  const since = (time: string) => at - new Date(time).getTime();
  const lock = (await store.get<DeploymentLock>(registryKeys.deploymentLock(model)))?.value;
  if (lock && since(lock.since) >= 0 && (await alarmThatFired({ place, alarms }, model, lock.deployment))) return true;
  const deployments = await store.list<Deployment>(model, registryPrefixes.deployments);
  return deployments.some(
    ({ value }) => value.rolledBackBy !== undefined && since(value.begunAt) >= 0 && since(value.at) <= AFTERMATH_MS,
  );
};
