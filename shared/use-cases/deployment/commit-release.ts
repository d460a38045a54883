import type {
  Champion,
  Deployment,
  DeploymentLock,
  ModelVersion,
  Release,
  Retired,
  Run,
  WaitingChallenger,
} from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { CommitReleaseTask } from '../../events/deployment-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change, Stored } from '../../ports/registry-store.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import type { DeploymentInput } from './begun-changes.ts';
import { newestRelease } from './newest-release.ts';
import { deleteReleaseAlarms } from './release-alarms.ts';
import { restoredHeads } from './restored-heads.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'alarms' | 'clock'>;

export type ServingDeployment = DeploymentInput & {
  readonly execution: string;
  readonly endpoint: string;
  readonly endpointConfig: string;
  readonly variants?: CommitReleaseTask['variants'];
};

/** The deployment lock is not this execution's (any more): somebody else decides what is live now. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
  constructor(model: string, execution: string, lock: DeploymentLock | undefined) {
    super(`${execution} does not hold the deployment lock of ${model}: ${lock ? `${lock.owner} does` : 'nobody does'}`);
  }
}

/**
 * Makes the next release of what serves now: release, champion, the deployment's outcome and the lock's end in one transaction, and the
 * heads of data and code where a rollback brings those back, too. A repetition finds its release and returns it.
 * @throws LockLostError, NotRegisteredError
 */
export const commitRelease = (ports: Needs, input: ServingDeployment): Promise<Release> =>
  retryConflicts(async () => {
    const { store } = ports;
    const { model, execution } = input;
    // The lock before the rest: a twin that commits in between takes it away and leaves its release on record.
    const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
    const deployment = await store.get<Deployment>(registryKeys.deployment(model, execution));
    const made = deployment?.value.release;
    if (made !== undefined) return (await registered<Release>(store, registryKeys.release(model, made))).value;
    if (!deployment || lock?.value.owner !== execution) throw new LockLostError(model, execution, lock?.value);
    const champion = await store.get<Champion>(registryKeys.champion(model));
    const { value: version } = await registered<ModelVersion>(
      store,
      registryKeys.modelVersion(model, input.modelVersion),
    );
    const retired = await store.get<Retired>(registryKeys.retired(model));
    const at = ports.clock();
    const back = deployment.value.all ? await restoredHeads(store, version, at) : undefined;
    const release: Release = {
      ...releaseOf(input, version, (await newestRelease(ports, model)) + 1, at),
      deployment: lock.value.deployment,
      ...provenance(deployment.value, lock.value, at),
      ...(back && Object.keys(back.restored).length > 0 && { restored: back.restored }),
    };
    await deleteReleaseAlarms(ports, model, lock.value.deployment);
    await store.commit([
      { put: registryKeys.release(model, release.release), value: release, expect: 'absent' },
      { put: registryKeys.champion(model), value: championOf(release), expect: asRead(champion) },
      { remove: lock.key, expect: { revision: lock.revision } },
      ...(retired ? [{ remove: retired.key, expect: { revision: retired.revision } }] : []),
      { put: deployment.key, value: liveDeployment(deployment.value, release), expect: asRead(deployment) },
      ...(await liveRun(store, deployment.value, release)),
      ...(back?.changes ?? []),
    ]);
    return release;
  });

const releaseOf = (input: ServingDeployment, version: ModelVersion, release: number, at: string) => ({
  model: input.model,
  release,
  dataVersion: version.dataVersion,
  codeVersion: version.codeVersion,
  modelVersion: version.version,
  run: input.run,
  image: version.image,
  ...imageDigest(input),
  endpoint: input.endpoint,
  endpointConfig: input.endpointConfig,
  artifactSha256: version.artifact.sha256,
  liveFrom: at,
});

/** A tag can be given to another image; the digest says which one answered. */
const imageDigest = ({ variants }: ServingDeployment): Pick<Release, 'imageDigest'> => {
  const [, digest] = /@(sha256:[0-9a-f]{64})$/.exec(variants?.[0]?.DeployedImages?.[0]?.ResolvedImage ?? '') ?? [];
  return digest === undefined ? {} : { imageDigest: digest };
};

/** The endpoint was changed some time after the lock was taken and before now. */
const provenance = ({ kind, contentOf, execution, approval }: Deployment, lock: DeploymentLock, at: string) => ({
  // A restoration or retirement makes no release.
  kind: kind === 'restoration' || kind === 'retirement' ? ('promotion' as const) : kind,
  ...(contentOf !== undefined && { contentOf }),
  deployedBy: execution,
  ...(approval && { approval }),
  shift: { from: lock.since, to: at },
});

const championOf = ({ release, modelVersion, liveFrom }: Release): Champion => ({
  release,
  modelVersion,
  since: liveFrom,
});

const liveDeployment = (deployment: Deployment, { release, liveFrom }: Release): Deployment => {
  // What it was called before the lock was lost and won again does not matter any more.
  const { reason: _, ...rest } = deployment;
  return { ...rest, status: 'live', release, at: liveFrom };
};

/** A run tells which release it first went live as. */
const liveRun = async (
  store: Needs['store'],
  { model, run, kind }: Deployment,
  { release, liveFrom }: Release,
): Promise<readonly Change[]> => {
  const found: Stored<Run> = await registered<Run>(store, registryKeys.run(model, run));
  if (kind === 'rollback' || found.value.deployment?.status === 'live') return [];
  const value: Run = { ...found.value, deployment: { status: 'live', release, at: liveFrom } };
  // Somebody promoted by hand what waited for approval.
  const waiting = await store.get<WaitingChallenger>(registryKeys.waiting(model));
  return [
    { put: found.key, value, expect: asRead(found) },
    ...(waiting?.value.run === run ? [{ remove: waiting.key, expect: { revision: waiting.revision } }] : []),
  ];
};
