import type { Metric, Scores } from '../domain/build/metrics.ts';
import { type NextRun, nextRun, type RunSituation } from '../domain/build/next-run.ts';
import { type Need, type NeedsSituation, needsOf } from '../domain/monitoring/needs.ts';
import type {
  Champion,
  CodeVersion,
  DataVersion,
  DeploymentLock,
  Hold,
  ModelVersion,
  NotServing,
  Release,
  Retired,
  Run,
  RunOf,
  RunSlot,
  WaitingChallenger,
} from '../domain/records.ts';
import { type Key, registryKeys, registryPrefixes } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import { readUploads } from './data/read-uploads.ts';
import { notServing } from './deployment/not-serving.ts';
import { knownModels } from './known-models.ts';
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
  /** What the last look found in its place. */
  readonly notServing?: NotServing;
}

const RECENT = 10;

/** The model asked for, or all that are known, by name. */
export const readStatus = async (
  { store }: Pick<Ports, 'store'>,
  { model }: { readonly model?: string } = {},
): Promise<readonly ModelStatus[]> => {
  const asked = model === undefined ? await knownModels({ store }) : [model];
  return Promise.all(asked.map((name) => statusOf(store, name)));
};

const statusOf = async (store: Ports['store'], model: string): Promise<ModelStatus> => {
  const facts = await factsOf(store, model);
  const { live, hold, retired, waiting, data, code, lock, runs, underWay, failures, watch } = facts;
  const next = nextRun(runSituation(facts));
  return {
    model,
    live: live ?? null,
    ...(hold && { hold }),
    ...(retired && { retired }),
    ...(waiting && { waiting }),
    needs: needsOf(needsSituation(model, facts)),
    ...(data && { data: pick(data, 'version', 'rows', 'createdAt') }),
    ...(code && { code: pick(code, 'version', 'treeHash', 'createdAt') }),
    underWay: {
      ...(underWay && { run: pick(underWay, 'run', 'dataVersion', 'codeVersion', 'startedAt') }),
      ...(lock && { deployment: pick(lock, 'run', 'modelVersion', 'kind', 'since') }),
    },
    ...(runs[0] && { lastRun: runs[0] }),
    runDue: next.start !== undefined,
    next: nextInWords(next),
    failures,
    watch,
  };
};

type Facts = Awaited<ReturnType<typeof factsOf>>;

/** What the registry says of a model; what is not there is undefined. */
const factsOf = async (store: Ports['store'], model: string) => {
  const one = async <T extends object>(key: Key) => (await store.get<T>(key))?.value;
  const newest = async <T extends object>(prefix: string, limit: number) =>
    (await store.list<T>(model, prefix, { limit, newestFirst: true })).map(({ value }) => value);
  const [[data], [code], slot, lock, hold, retired, waiting, champion, uploads] = await Promise.all([
    newest<DataVersion>(registryPrefixes.dataVersions, 1),
    newest<CodeVersion>(registryPrefixes.codeVersions, 1),
    one<RunSlot>(registryKeys.runSlot(model)),
    one<DeploymentLock>(registryKeys.deploymentLock(model)),
    one<Hold>(registryKeys.hold(model)),
    one<Retired>(registryKeys.retired(model)),
    one<WaitingChallenger>(registryKeys.waiting(model)),
    one<Champion>(registryKeys.champion(model)),
    readUploads({ store }, { model }),
  ]);
  const runs = await newest<Run>(registryPrefixes.runs, RECENT);
  const [live, watch, taken, failures, waitingRun] = await Promise.all([
    champion && liveStatus(store, model, champion),
    readWatch({ store }, { model }),
    data && code && one<RunOf>(registryKeys.runOf(model, data.version, code.version)),
    recentFailures({ store }, model, { uploads, runs }),
    waiting && registered<Run>(store, registryKeys.run(model, waiting.run)),
  ]);
  const underWay = runs.find(({ run }) => run === slot?.run);
  return {
    ...{ data, code, slot, lock, hold, retired, waiting, champion, uploads, runs },
    ...{ live, watch, taken, failures, waitingRun: waitingRun?.value, underWay },
  };
};

const needsSituation = (model: string, facts: Facts): NeedsSituation => {
  const { champion, live, hold, retired, waiting, waitingRun, uploads, runs, underWay, watch } = facts;
  return {
    ...{ model, champion, hold, retired: retired !== undefined, newestUpload: uploads[0] },
    ...{ runs: underWay ? [] : runs, drift: watch.drift, freshness: watch.freshness, notServing: live?.notServing },
    waiting: waiting && waitingRun && { challenger: waiting, run: waitingRun },
  };
};

const runSituation = ({ data, code, taken, slot, runs, retired }: Facts): RunSituation => ({
  ...(data && { newestData: data.version }),
  ...(code && { newestCode: code.version }),
  ...(taken && { takenBy: taken.run }),
  ...(slot && { underWay: slot.run }),
  lastRun: runs[0]?.run ?? 0,
  retired: retired !== undefined,
});

const pick = <T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;

const nextInWords = (next: NextRun): string =>
  next.start
    ? `run ${next.start.run} is due: data version ${next.start.dataVersion} × code version ${next.start.codeVersion}`
    : next.reason;

const liveStatus = async (store: Ports['store'], model: string, champion: Champion): Promise<LiveStatus> => {
  const { release, modelVersion } = champion;
  const { value: served } = await registered<Release>(store, registryKeys.release(model, release));
  const { value: version } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, modelVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  const unserved = await notServing({ store }, model, champion);
  return {
    ...pick(served, 'release', 'modelVersion', 'endpoint', 'liveFrom'),
    metric: code.definition.metric,
    scores: version.test ?? {},
    ...(unserved && { notServing: unserved }),
  };
};
