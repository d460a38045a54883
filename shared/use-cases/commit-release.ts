import type { Champion, DeploymentLock, ModelVersion, Release, Run } from '../domain/records.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import type { OwnedDeployment } from './begin-deployment.ts';
import { asRead, registered, retryConflicts } from './registry-access.ts';

type Needs = Pick<Ports, 'store' | 'clock'>;

export type ServingDeployment = OwnedDeployment & { readonly endpoint: string; readonly endpointConfig: string };

/** The deployment lock is not this execution's (any more): somebody else decides what is live now. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
}

/**
 * Makes the next release of what serves now: release, champion, the run's outcome and the lock's end in one transaction.
 * A repetition finds its release and returns it.
 * @throws LockLostError, NotRegisteredError
 */
export const commitRelease = (ports: Needs, input: ServingDeployment): Promise<Release> =>
  retryConflicts(async () => {
    const { store } = ports;
    const { model } = input;
    // The lock before the run: a twin that commits in between takes the one away and marks the other.
    const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(model));
    const run = await registered<Run>(store, registryKeys.run(model, input.run));
    const { deployment } = run.value;
    if (deployment?.status === 'live' && deployment.release !== undefined)
      return (await registered<Release>(store, registryKeys.release(model, deployment.release))).value;
    if (lock?.value.owner !== input.execution)
      throw new LockLostError(
        `${input.execution} does not hold the deployment lock of ${model}: ${lock ? `${lock.value.owner} does` : 'nobody does'}`,
      );
    const champion = await store.get<Champion>(registryKeys.champion(model));
    const { value: version } = await registered<ModelVersion>(
      store,
      registryKeys.modelVersion(model, input.modelVersion),
    );
    const release = releaseOf(input, version, (champion?.value.release ?? 0) + 1, ports.clock());
    await store.commit([
      { put: registryKeys.release(model, release.release), value: release, expect: 'absent' },
      { put: registryKeys.champion(model), value: championOf(release), expect: asRead(champion) },
      { remove: lock.key, expect: { revision: lock.revision } },
      { put: run.key, value: liveRun(run.value, release), expect: asRead(run) },
    ]);
    return release;
  });

const releaseOf = (input: ServingDeployment, version: ModelVersion, release: number, at: string): Release => ({
  model: input.model,
  release,
  dataVersion: version.dataVersion,
  codeVersion: version.codeVersion,
  modelVersion: version.version,
  run: input.run,
  image: version.image,
  endpoint: input.endpoint,
  endpointConfig: input.endpointConfig,
  artifactSha256: version.artifact.sha256,
  liveFrom: at,
});

const championOf = ({ release, modelVersion, liveFrom }: Release): Champion => ({
  release,
  modelVersion,
  since: liveFrom,
});

const liveRun = (run: Run, { release, liveFrom }: Release): Run => ({
  ...run,
  deployment: { status: 'live', release, at: liveFrom },
});
