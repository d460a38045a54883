import { type Objection, objectionTo } from '../../domain/deployment/may-deploy.ts';
import type {
  Champion,
  Deployment,
  DeploymentLock,
  Head,
  Hold,
  Retired,
  Run,
  WaitingChallenger,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { DeploymentStart } from '../../events/deployment-tasks.ts';
import type { ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { holdChange, type OwnedDeployment, putRecord, putRun, type Situation, sameItem } from './begun-changes.ts';
import { hasEnded, leftBehind, lockInWords, lockOwner } from './deployment-lock.ts';
import { notServing } from './not-serving.ts';
import { planDeployment } from './plan-deployment.ts';
import { deleteReleaseAlarms } from './release-alarms.ts';
import { endpointObjection } from './served-definitions.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'hosting' | 'alarms' | 'clock'>;

/**
 * Takes the model's deployment lock and says what to make, or why not, which is also put on record. The lock of an execution that has
 * ended is broken; an execution that holds it already (a repetition) is told the same again.
 * @throws NotRegisteredError when the model version or its run is not on record
 */
export const beginDeployment = (ports: Needs, input: OwnedDeployment): Promise<DeploymentStart> =>
  retryConflicts(async () => {
    const situation = await read(ports, input);
    const { lock, champion, record } = situation;
    if (lock?.value.owner === input.execution) {
      if (input.kind === 'restoration') await confirm(ports, lock);
      return planDeployment(ports, input, lock.value.deployment, champion?.value);
    }
    if (record && hasEnded(record.value)) return declined(record.value);
    const objection = objectionTo({
      asked: input,
      champion: champion?.value,
      hold: situation.hold?.value,
      retired: situation.retired?.value,
      run: situation.run.value,
      endpoint: await endpointObjection(ports, input, champion?.value),
      notServing: (await notServing(ports, input.model, champion?.value)) !== undefined,
    });
    if (objection) return decline(ports, input, situation, objection);
    const owner = lock && (await lockOwner(ports, lock.value));
    if (lock && owner?.status === 'RUNNING') {
      if (input.kind === 'promotion') return { outcome: 'busy', owner: lock.value.owner };
      return decline(ports, input, situation, { status: 'refused', reason: lockInWords(lock.value) });
    }
    const deployment = await takeLock(ports, input, situation, owner);
    return planDeployment(ports, input, deployment, champion?.value);
  });

/**
 * A restoration was given the lock before its execution was there: whoever looked for that in between, and did not find it, must not be
 * able to break the lock any more.
 */
const confirm = ({ store }: Needs, lock: Stored<DeploymentLock>): Promise<void> =>
  store.commit([{ put: lock.key, value: lock.value, expect: asRead(lock) }]);

/** The lock first: while it is ours, the champion cannot change. */
const read = async ({ store }: Needs, { model, run, execution }: OwnedDeployment): Promise<Situation> => {
  const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
  const [champion, hold, retired, record, made] = await Promise.all([
    store.get<Champion>(registryKeys.champion(model)),
    store.get<Hold>(registryKeys.hold(model)),
    store.get<Retired>(registryKeys.retired(model)),
    store.get<Deployment>(registryKeys.deployment(model, execution)),
    registered<Run>(store, registryKeys.run(model, run)),
  ]);
  return { lock, champion, hold, retired, record, run: made };
};

/** @returns the number of this deployment, which no other attempt has */
const takeLock = async (
  ports: Needs,
  input: OwnedDeployment,
  situation: Situation,
  owner: ExecutionState | undefined,
): Promise<number> => {
  const { store, clock } = ports;
  const { model, modelVersion, run, execution, kind } = input;
  const { lock: broken } = situation;
  const head = await store.get<Head>(registryKeys.deploymentHead(model));
  const deployment = (head?.value.latest ?? 0) + 1;
  const at = clock();
  const lock: DeploymentLock = { owner: execution, deployment, run, modelVersion, kind, since: at };
  const left = broken ? await leftBehind(ports, model, broken.value, owner, at) : [];
  if (broken) await deleteReleaseAlarms(ports, model, broken.value.deployment);
  const waiting = input.approval && (await store.get<WaitingChallenger>(registryKeys.waiting(model)));
  const mine = putRun(input, situation, { status: 'deploying', at });
  await store.commit([
    { put: registryKeys.deploymentHead(model), value: { latest: deployment } satisfies Head, expect: asRead(head) },
    { put: registryKeys.deploymentLock(model), value: lock, expect: asRead(broken) },
    // A free lock may have been taken, used and freed since it was read.
    { check: registryKeys.champion(model), expect: asRead(situation.champion) },
    { check: registryKeys.retired(model), expect: asRead(situation.retired) },
    holdChange(input, situation, at),
    putRecord(input, situation, { status: 'deploying', at }),
    ...mine,
    ...(waiting?.value.run === run ? [{ remove: waiting.key, expect: { revision: waiting.revision } }] : []),
    ...left.filter((change) => !mine.some((own) => sameItem(own, change))),
  ]);
  return deployment;
};

const declined = ({ status, reason = `the deployment is over: ${status}` }: Deployment): DeploymentStart =>
  status === 'held' ? { outcome: 'held', reason } : { outcome: 'not-needed', reason };

const decline = async (
  { store, clock }: Needs,
  input: OwnedDeployment,
  situation: Situation,
  { status, reason }: Objection,
): Promise<DeploymentStart> => {
  const at = clock();
  await store.commit([
    { check: registryKeys.champion(input.model), expect: asRead(situation.champion) },
    { check: registryKeys.hold(input.model), expect: asRead(situation.hold) },
    putRecord(input, situation, { status, reason, at }),
    // What waits, or was decided on, stays what it was.
    ...(status === 'refused' && situation.run.value.deployment ? [] : putRun(input, situation, { status, reason, at })),
  ]);
  return declined({ status, reason } as Deployment);
};
