import { whyNotComparable } from '../../domain/build/comparable.ts';
import { compareOnRows } from '../../domain/build/comparison.ts';
import { finiteScores } from '../../domain/build/metrics.ts';
import type { ComparisonOutcome } from '../../domain/build/verdict.ts';
import { modelKeys } from '../../domain/keys.ts';
import { failureOf, transformFailedItself } from '../../domain/monitoring/execution-failure.ts';
import type { Champion, CodeVersion, ModelVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { championTransform } from '../../domain/sagemaker/transform-job.ts';
import type { ChampionTransform, EvaluateRunTask } from '../../events/build-tasks.ts';
import { PredictionsError, type ScoredRows } from '../../ports/data-engine.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { registered } from '../registry-access.ts';
import { scoreTestRows } from './score-test-rows.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/** A model version with the code version that made it. */
interface Built {
  readonly version: ModelVersion;
  readonly code: CodeVersion;
}

/** What is live: the champion as it was read, with what was built for it. */
export interface Live extends Built {
  readonly champion: Stored<Champion>;
}

export interface Challenger extends Built {
  readonly run: Run;
  readonly scored: ScoredRows;
}

export const readChampion = async ({ store }: Pick<Ports, 'store'>, model: string): Promise<Live | undefined> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  if (!champion) return undefined;
  const { value: version } = await registered<ModelVersion>(
    store,
    registryKeys.modelVersion(model, champion.value.modelVersion),
  );
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  return { champion, version, code };
};

/** What there is to say before any row is looked at: then the champion's predictions are not needed. */
export const hindrance = (live: Live, { version, code }: Built): ComparisonOutcome | undefined => {
  if (live.version.artifact.sha256 === version.artifact.sha256 && live.version.image === version.image)
    return { kind: 'identical', same: `the artefact is the same, sha256 ${version.artifact.sha256.slice(0, 12)}` };
  const why = whyNotComparable(live.code.definition, code.definition);
  return why === undefined ? undefined : { kind: 'not-comparable', why };
};

/** The champion was to predict the test rows, and was not let: there is nothing to compare with, and no verdict. */
export class ChampionNotScoredError extends Error {
  override readonly name = 'ChampionNotScoredError';
}

/** The batch transform by which the champion predicts the test rows of a run. */
export const scoringOf = (
  { place }: Pick<Ports, 'place'>,
  { version }: Live,
  { run, code }: { readonly run: number; readonly code: CodeVersion },
): ChampionTransform => ({
  modelVersion: version.version,
  transform: championTransform(place, version, code.definition, run),
});

/**
 * Compares with the champion on the same rows. What it scored once, on other rows, is never looked at.
 * @returns undefined when the champion has not predicted these rows yet
 * @throws ChampionNotScoredError
 */
export const holdAgainst = async (
  ports: Needs,
  live: Live,
  challenger: Challenger,
  told: EvaluateRunTask['champion'],
): Promise<ComparisonOutcome | undefined> => {
  const known = hindrance(live, challenger);
  if (known?.kind === 'identical') return { ...known, scores: finiteScores(challenger.scored.scores) };
  if (known) return known;
  if (told.outcome === 'failed' && told.modelVersion === live.version.version) {
    const { Error: error, Cause: cause } = told.failure;
    const failure = { error, ...(cause !== undefined && { cause }) };
    const { reason } = failureOf({ status: 'FAILED', ...failure });
    // A quota or a fault of SageMaker's says nothing about the champion: nothing is decided by it.
    if (!transformFailedItself(failure)) throw new ChampionNotScoredError(reason);
    return { kind: 'not-comparable', why: `it could not predict these test rows: ${reason}` };
  }
  return compareScored(ports, live, challenger);
};

const compareScored = async (
  ports: Needs,
  live: Live,
  { run, code, scored: mine }: Challenger,
): Promise<ComparisonOutcome | undefined> => {
  const prefix = modelKeys.championPredictions(run.model, run.run, live.version.version);
  const theirs = await unlessUnusable(() => scoreTestRows(ports, run, code, prefix));
  if (theirs === undefined || 'kind' in theirs) return theirs;
  const { metric, evaluation } = code.definition;
  const scores = finiteScores(theirs.scores);
  if (same(mine.predictions, theirs.predictions) && same(mine.ofTruth, theirs.ofTruth))
    return { kind: 'identical', same: 'every prediction for the test rows is the same', scores };
  const rows = {
    ...{ labels: mine.labels, challenger: mine.predictions, champion: theirs.predictions },
    ...(mine.ofTruth && theirs.ofTruth && { ofTruth: { challenger: mine.ofTruth, champion: theirs.ofTruth } }),
  };
  // One seed a run: what is repeated gives the same interval.
  const options = { margin: evaluation.margin, seed: run.run, groups: mine.groups };
  const comparison = compareOnRows(metric, rows, options);
  return comparison
    ? { kind: 'compared', scores, comparison }
    : { kind: 'not-comparable', why: `${metric} has no value on these test rows` };
};

const unlessUnusable = async (
  score: () => Promise<ScoredRows | undefined>,
): Promise<ScoredRows | ComparisonOutcome | undefined> => {
  try {
    return await score();
  } catch (error) {
    if (!(error instanceof PredictionsError)) throw error;
    return { kind: 'not-comparable', why: `its predictions cannot be used: ${error.message}` };
  }
};

const same = (a: Float64Array = new Float64Array(), b: Float64Array = new Float64Array()): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
