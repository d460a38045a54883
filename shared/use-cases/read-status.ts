import type { Metric, Scores } from '../domain/build/metrics.ts';
import { type NextRun, nextRun } from '../domain/build/next-run.ts';
import { type Need, needsOf } from '../domain/monitoring/needs.ts';
import type {
  Champion,
  CodeVersion,
  DataVersion,
  DeploymentLock,
  Hold,
  ModelVersion,
  Release,
  Retired,
  Run,
  RunOf,
  RunSlot,
  WaitingChallenger,
} from '../domain/records.ts';
import { CATALOGUE_MODEL, registryKeys, registryPrefixes } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import { readUploads } from './data/read-uploads.ts';
import { readWatch, type WatchStatus } from './monitoring/read-drift.ts';
import { type FailureStatus, recentFailures } from './monitoring/recent-failures.ts';
import { registered } from './registry-access.ts';

/** How one model is at this moment. */
export interface ModelStatus {
  readonly model: string;
  /** Null while nothing is. */
  readonly live: LiveStatus | null;
  /** While it is there, no verdict makes a release; `modelloop resume` lifts it. */
  readonly hold?: Hold;
  /** Nothing serves, and no run starts. */
  readonly retired?: Retired;
  /** The challenger that is waiting for approval. */
  readonly waiting?: WaitingChallenger;
  /** What stays as it is until somebody does something, the most urgent first. */
  readonly needs: readonly Need[];
  readonly data?: Pick<DataVersion, 'version' | 'rows' | 'createdAt'>;
  readonly code?: Pick<CodeVersion, 'version' | 'treeHash' | 'createdAt'>;
  readonly underWay: {
    readonly run?: Pick<Run, 'run' | 'dataVersion' | 'codeVersion' | 'startedAt'>;
    readonly deployment?: Pick<DeploymentLock, 'run' | 'modelVersion' | 'kind' | 'since'>;
  };
  readonly lastRun?: Run;
  readonly runDue: boolean;
  /** Which run is due, or why none is. */
  readonly next: string;
  /** Newest first. */
  readonly failures: readonly FailureStatus[];
  /** What monitoring says. */
  readonly watch: WatchStatus;
}

export interface LiveStatus extends Pick<Release, 'release' | 'modelVersion' | 'endpoint' | 'liveFrom'> {
  readonly metric: Metric;
  /** On the frozen test rows. */
  readonly scores: Scores;
}

const RECENT = 10;

/** The model asked for, or all that are known, by name. @throws UnknownModelError */
export const readStatus = async (
  { store }: Pick<Ports, 'store'>,
  { model }: { readonly model?: string } = {},
): Promise<readonly ModelStatus[]> => {
  const known = (await store.list(CATALOGUE_MODEL, '')).map(({ key }) => key.sort);
  if (model !== undefined && !known.includes(model)) throw new UnknownModelError(model, known);
  return Promise.all((model === undefined ? known : [model]).map((name) => statusOf(store, name)));
};

export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';
  constructor(model: string, known: readonly string[]) {
    super(`there is no model ${model}; known: ${known.join(', ') || 'none yet'}`);
  }
}

const statusOf = async (store: Ports['store'], model: string): Promise<ModelStatus> => {
  const newest = async <T extends object>(prefix: string) =>
    (await store.list<T>(model, prefix, { limit: 1, newestFirst: true }))[0]?.value;
  const [data, code, slot, lock, hold, retired, waiting, champion, uploads] = await Promise.all([
    newest<DataVersion>(registryPrefixes.dataVersions),
    newest<CodeVersion>(registryPrefixes.codeVersions),
    store.get<RunSlot>(registryKeys.runSlot(model)),
    store.get<DeploymentLock>(registryKeys.deploymentLock(model)),
    store.get<Hold>(registryKeys.hold(model)),
    store.get<Retired>(registryKeys.retired(model)),
    store.get<WaitingChallenger>(registryKeys.waiting(model)),
    store.get<Champion>(registryKeys.champion(model)),
    readUploads({ store }, { model }),
  ]);
  const runs = (await store.list<Run>(model, registryPrefixes.runs, { limit: RECENT, newestFirst: true })).map(
    ({ value }) => value,
  );
  const [live, watch, taken, failures, waitingRun] = await Promise.all([
    champion && liveStatus(store, model, champion.value),
    readWatch({ store }, { model }),
    data && code && store.get<RunOf>(registryKeys.runOf(model, data.version, code.version)),
    recentFailures({ store }, model, { uploads, runs }),
    waiting && registered<Run>(store, registryKeys.run(model, waiting.value.run)),
  ]);
  const next = nextRun({
    ...(data && { newestData: data.version }),
    ...(code && { newestCode: code.version }),
    ...(taken && { takenBy: taken.value.run }),
    ...(slot && { underWay: slot.value.run }),
    lastRun: runs[0]?.run ?? 0,
    retired: retired !== undefined,
  });
  const underWay = runs.find(({ run }) => run === slot?.value.run);
  return {
    model,
    live: live ?? null,
    ...(hold && { hold: hold.value }),
    ...(retired && { retired: retired.value }),
    ...(waiting && { waiting: waiting.value }),
    needs: needsOf({
      ...{
        model,
        retired: retired !== undefined,
        champion: champion?.value,
        hold: hold?.value,
        newestUpload: uploads[0],
      },
      ...{ runs: underWay ? [] : runs, drift: watch.drift, freshness: watch.freshness },
      waiting: waiting && waitingRun && { challenger: waiting.value, run: waitingRun.value },
    }),
    ...(data && { data: pick(data, 'version', 'rows', 'createdAt') }),
    ...(code && { code: pick(code, 'version', 'treeHash', 'createdAt') }),
    underWay: {
      ...(underWay && { run: pick(underWay, 'run', 'dataVersion', 'codeVersion', 'startedAt') }),
      ...(lock && { deployment: pick(lock.value, 'run', 'modelVersion', 'kind', 'since') }),
    },
    ...(runs[0] && { lastRun: runs[0] }),
    runDue: next.start !== undefined,
    next: nextInWords(next),
    failures,
    watch,
  };
};

const pick = <T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;

const nextInWords = (next: NextRun): string =>
  next.start
    ? `run ${next.start.run} is due: data version ${next.start.dataVersion} × code version ${next.start.codeVersion}`
    : next.reason;

const liveStatus = async (
  store: Ports['store'],
  model: string,
  { release, modelVersion }: Champion,
): Promise<LiveStatus> => {
  const { value: served } = await registered<Release>(store, registryKeys.release(model, release));
  const { value: version } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, modelVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  return {
    ...pick(served, 'release', 'modelVersion', 'endpoint', 'liveFrom'),
    metric: code.definition.metric,
    scores: version.test ?? {},
  };
};
