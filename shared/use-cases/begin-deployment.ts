import { failureOf } from '../domain/execution-failure.ts';
import { endpointName, executionArn } from '../domain/names.ts';
import type { Champion, CodeVersion, DeploymentLock, Head, ModelVersion, Run } from '../domain/records.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import { endpointConfig, endpointTags } from '../domain/sagemaker-requests.ts';
import type { DeploymentStart } from '../events/tasks.ts';
import { ExecutionNotFoundError, type ExecutionState } from '../ports/executions.ts';
import type { Ports } from '../ports/index.ts';
import type { Change, Stored } from '../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from './registry-access.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'clock'>;

export interface DeploymentInput {
  readonly model: string;
  readonly modelVersion: number;
  readonly run: number;
}

/** With the name of the execution that deploys: it owns the lock. */
export type OwnedDeployment = DeploymentInput & { readonly execution: string };

/**
 * Takes the model's deployment lock and says what to create. The lock of an execution that has ended is broken; an execution that
 * holds it already (a repetition) is told the same again.
 * @throws NotRegisteredError when the model version or its run is not on record
 */
export const beginDeployment = (ports: Needs, input: OwnedDeployment): Promise<DeploymentStart> =>
  retryConflicts(async () => {
    const { store } = ports;
    const champion = await store.get<Champion>(registryKeys.champion(input.model));
    const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(input.model));
    if (lock?.value.owner === input.execution) return whatToCreate(ports, input, lock.value.deployment, champion);
    if (champion) return notNeeded(ports, input, champion.value);
    const owner = lock && (await ownerOf(ports, lock.value));
    if (lock && owner?.status === 'RUNNING') return { outcome: 'busy', owner: lock.value.owner };
    const deployment = await takeLock(ports, input, lock, owner);
    return whatToCreate(ports, input, deployment, undefined);
  });

const ownerOf = async ({ place, executions }: Needs, lock: DeploymentLock): Promise<ExecutionState | undefined> => {
  try {
    return await executions.describe(executionArn(place, 'deployment', lock.owner));
  } catch (error) {
    if (error instanceof ExecutionNotFoundError) return undefined;
    throw error;
  }
};

/** @returns the number of this deployment, which no other attempt has */
const takeLock = async (
  { store, clock }: Needs,
  { model, modelVersion, run, execution }: OwnedDeployment,
  broken: Stored<DeploymentLock> | undefined,
  owner: ExecutionState | undefined,
): Promise<number> => {
  const head = await store.get<Head>(registryKeys.deploymentHead(model));
  const mine = await registered<Run>(store, registryKeys.run(model, run));
  const deployment = (head?.value.latest ?? 0) + 1;
  const at = clock();
  const lock: DeploymentLock = { owner: execution, deployment, run, modelVersion, since: at };
  const left = broken && broken.value.run !== run ? await leftBehind(store, model, broken.value, owner, at) : [];
  await store.commit([
    { put: registryKeys.deploymentHead(model), value: { latest: deployment } satisfies Head, expect: asRead(head) },
    { put: registryKeys.deploymentLock(model), value: lock, expect: asRead(broken) },
    // A free lock may have been taken, used and freed since it was read.
    { check: registryKeys.champion(model), expect: 'absent' },
    {
      put: mine.key,
      value: { ...mine.value, deployment: { status: 'deploying', at } } satisfies Run,
      expect: asRead(mine),
    },
    ...left,
  ]);
  return deployment;
};

/** The run whose deployment ended without a word is told so. */
const leftBehind = async (
  store: Needs['store'],
  model: string,
  lock: DeploymentLock,
  owner: ExecutionState | undefined,
  at: string,
): Promise<readonly Change[]> => {
  const run = await store.get<Run>(registryKeys.run(model, lock.run));
  if (run?.value.deployment?.status !== 'deploying') return [];
  const { reason } = owner ? failureOf(owner) : { reason: `there is no execution ${lock.owner}` };
  const value: Run = { ...run.value, deployment: { status: 'failed', reason, at } };
  return [{ put: run.key, value, expect: asRead(run) }];
};

const whatToCreate = async (
  { place, store }: Needs,
  { model, modelVersion }: OwnedDeployment,
  deployment: number,
  champion: Stored<Champion> | undefined,
): Promise<DeploymentStart> => {
  const { value: version } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, modelVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  const release = (champion?.value.release ?? 0) + 1;
  return {
    outcome: 'create',
    endpoint: endpointName(place, model),
    config: endpointConfig(place, version, code.definition, { deployment, release }),
    tags: endpointTags(place, model),
  };
};

/** Replacing a champion takes a comparison on the same rows; one that went live meanwhile has had none with this version. */
const notNeeded = async (
  { store, clock }: Needs,
  { model, modelVersion, run }: OwnedDeployment,
  champion: Champion,
): Promise<DeploymentStart> => {
  const live = `model version ${champion.modelVersion} is live as release ${champion.release}`;
  if (champion.modelVersion === modelVersion) return { outcome: 'not-needed', reason: live };
  const reason = `${live}, and has not been compared with model version ${modelVersion} on the same rows`;
  const mine = await registered<Run>(store, registryKeys.run(model, run));
  const deployment = { status: 'not-needed', reason, at: clock() } as const;
  if (!mine.value.deployment)
    await store.commit([{ put: mine.key, value: { ...mine.value, deployment } satisfies Run, expect: asRead(mine) }]);
  return { outcome: 'not-needed', reason };
};
