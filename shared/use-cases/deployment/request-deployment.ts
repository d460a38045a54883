import { contentBefore } from '../../domain/deployment/content-before.ts';
import { retiredInWords } from '../../domain/deployment/may-deploy.ts';
import {
  deploymentExecutionName,
  promotionExecutionName,
  retirementExecutionName,
  rollbackExecutionName,
} from '../../domain/names.ts';
import type {
  Champion,
  Deployment,
  DeploymentLock,
  ModelVersion,
  Release,
  ReleaseKind,
  Retired,
} from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';
import { hasEnded, lockInWords, lockOwner } from './deployment-lock.ts';
import { newestRelease } from './newest-release.ts';
import { notServing } from './not-serving.ts';
import { endpointObjection } from './served-definitions.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions'>;

/** What somebody asks for. */
export type Wish = Pick<Deployment, 'model' | 'modelVersion' | 'run' | 'contentOf' | 'all' | 'approval'> & {
  /** `promotion`: what its verdict promoted, after an approval or once more. */
  readonly kind: ReleaseKind | 'retirement';
};

export type Requested =
  | { readonly outcome: 'requested'; readonly execution: string }
  /** Another deployment is at work on the endpoint: asking again when it has ended may succeed. */
  | { readonly outcome: 'busy'; readonly holder: DeploymentLock; readonly reason: string }
  | { readonly outcome: 'not-needed'; readonly reason: string }
  /** It will be as impossible when asked again. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** There is nothing that could be gone back to. */
export class NothingToGoBackToError extends Error {
  override readonly name = 'NothingToGoBackToError';
  /** Other ways to have something else live. */
  readonly todo: readonly string[];
  constructor(message: string, todo: readonly string[] = []) {
    super(message);
    this.todo = todo;
  }
}

/** The model version to promote. @throws NotRegisteredError */
export const wishForVersion = async (
  { store }: Pick<Ports, 'store'>,
  { model, version }: { readonly model: string; readonly version: number },
): Promise<Wish> => {
  const { value } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, version));
  return { kind: 'manual', model, modelVersion: value.version, run: value.run };
};

/**
 * The release to go back to.
 * @param to without it, what served before with another model version: asked again, it goes one further back
 * @throws NothingToGoBackToError, NotRegisteredError
 */
export const wishToGoBack = async (
  { store }: Pick<Ports, 'store'>,
  { model, to, all }: { readonly model: string; readonly to?: number | undefined; readonly all?: boolean | undefined },
): Promise<Wish> => {
  const retired = await store.get<Retired>(registryKeys.retired(model));
  if (retired) throw new NothingToGoBackToError(`${model}: ${retiredInWords(retired.value)}`);
  const releases = (await store.list<Release>(model, registryPrefixes.releases)).map(({ value }) => value);
  if (to === undefined && releases.length === 0)
    throw new NothingToGoBackToError(`nothing of ${model} has gone live yet`);
  const named = to === undefined ? contentBefore(releases) : await releaseOf(store, model, to);
  if (!named)
    throw new NothingToGoBackToError(
      `${model} has no release before release ${releases.at(-1)?.release} with a different model version`,
      [
        `put another version live: npx modelloop models ${model}, then npx modelloop promote ${model} --version N`,
        `or remove it: npx modelloop retire ${model} --yes`,
      ],
    );
  const content = named.contentOf === undefined ? named : await releaseOf(store, model, named.contentOf);
  const { release, modelVersion, run } = content;
  return { kind: 'rollback', model, modelVersion, run, contentOf: release, ...(all && { all }) };
};

const releaseOf = async (store: Needs['store'], model: string, release: number) =>
  (await registered<Release>(store, registryKeys.release(model, release))).value;

/**
 * Starts the deployment of what is asked for, unless another one is at work. The machine takes the lock and decides; the deployment's
 * record tells what came of it. Asking twice for the same thing on the same champion asks for one deployment.
 */
export const requestDeployment = async (ports: Needs, wish: Wish): Promise<Requested> => {
  const { store, executions } = ports;
  const { model, modelVersion, run, kind, contentOf, all, approval } = wish;
  const lock = (await store.get<DeploymentLock>(registryKeys.deploymentLock(model)))?.value;
  const live = (await store.get<Champion>(registryKeys.champion(model)))?.value;
  const putBack = kind !== 'promotion' && (await notServing(ports, model, live)) !== undefined;
  if (live?.modelVersion === modelVersion && !all && !putBack && kind !== 'retirement')
    return { outcome: 'not-needed', reason: `model version ${modelVersion} is live as release ${live.release}` };
  const impossible = await endpointObjection(ports, wish, live);
  if (impossible) return { outcome: 'refused', reason: impossible };
  const champion = live?.release ?? 0;
  const execution = await nameOf(store, wish, (await newestRelease(ports, model)) + 1);
  if (lock && lock.owner !== execution && (await lockOwner(ports, lock))?.status === 'RUNNING')
    return { outcome: 'busy', holder: lock, reason: lockInWords(lock) };
  await executions.start('deployment', execution, {
    ...{ model, modelVersion, run, kind, requestId: execution, champion },
    ...(contentOf !== undefined && { contentOf }),
    ...(all && { all }),
    ...(approval && { approval }),
  });
  return { outcome: 'requested', execution };
};

/** The first attempt that has not ended. */
const nameOf = async (store: Needs['store'], wish: Wish, release: number): Promise<string> => {
  for (let attempt = 1; ; attempt += 1) {
    const execution = nameOfAttempt(wish, release, attempt);
    const found = await store.get<Deployment>(registryKeys.deployment(wish.model, execution));
    if (!found || !hasEnded(found.value)) return execution;
  }
};

const nameOfAttempt = (
  { kind, model, modelVersion, run, contentOf }: Wish,
  release: number,
  attempt: number,
): string => {
  switch (kind) {
    case 'promotion':
      return deploymentExecutionName(model, modelVersion, run, attempt);
    case 'manual':
      return promotionExecutionName(model, release, modelVersion, attempt);
    case 'retirement':
      return retirementExecutionName(model, release - 1, attempt);
    case 'rollback':
      return rollbackExecutionName(model, release, contentOf ?? 0, attempt);
  }
};
