import { finiteScores } from '../../domain/build/metrics.ts';
import { type ComparisonOutcome, decideVerdict } from '../../domain/build/verdict.ts';
import { LONGEST_CANARY_SECONDS } from '../../domain/deployment/canary.ts';
import { modelKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DeploymentLock, ModelVersion, Run, RunSlot, Verdict } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { EvaluateRunTask, RunEvaluation } from '../../events/build-tasks.ts';
import type { ScoredRows } from '../../ports/data-engine.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import { lockOwner } from '../deployment/deployment-lock.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { announceRun } from './announce-run.ts';
import { type Challenger, holdAgainst, type Live, readChampion, scoringOf } from './hold-against-champion.ts';
import { expectPredictions, scoreTestRows } from './score-test-rows.ts';
import { RunOverError } from './select-candidate.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'bus' | 'engine' | 'executions' | 'clock'>;

/** How long a verdict waits for a deployment at most: an hour beyond the longest canary. One that takes longer hangs. */
const PATIENCE_MS = (LONGEST_CANARY_SECONDS + 60 * 60) * 1000;

/**
 * Scores a run's model version on the frozen test rows, holds it against the champion on the same rows, decides what becomes of it,
 * records that and ends the run: its slot is free in the same commit, which holds only while that champion is still live. A repetition
 * after the commit announces the end again and changes nothing.
 * @returns the verdict; or what has to happen before there can be one
 * @throws PredictionsError, RunOverError, NotRegisteredError
 */
export const evaluateRun = async (ports: Needs, input: EvaluateRunTask): Promise<RunEvaluation> => {
  const evaluated = await retryConflicts(() => evaluate(ports, input));
  if ('outcome' in evaluated) return evaluated;
  if (!evaluated.verdict)
    throw new RunOverError(`run ${evaluated.run} of ${evaluated.model} is ${evaluated.status}, without a verdict`);
  await announceRun(ports, evaluated);
  return { outcome: 'decided', verdict: evaluated.verdict };
};

const evaluate = async (ports: Needs, input: EvaluateRunTask): Promise<Run | RunEvaluation> => {
  const { store } = ports;
  const { value: run } = await registered<Run>(store, registryKeys.run(input.model, input.run));
  if (run.status !== 'running') return run;
  const lock = await store.get<DeploymentLock>(registryKeys.deploymentLock(input.model));
  if (lock && (await isAtWork(ports, lock.value)))
    return { outcome: 'wait', reason: `model version ${lock.value.modelVersion} is being deployed` };
  const live = await readChampion(ports, input.model);
  const challenger = await scoreChallenger(ports, run, input.modelVersion);
  const found = live && (await holdAgainst(ports, live, challenger, input.champion));
  if (live && !found) return { outcome: 'score-champion', champion: scoringOf(ports, live, challengerRun(challenger)) };
  return finish(ports, challenger, live && found && { live, found });
};

/** The lock of an execution that has ended is left to those who break locks. */
const isAtWork = async (ports: Needs, lock: DeploymentLock): Promise<boolean> =>
  Date.parse(ports.clock()) - Date.parse(lock.since) < PATIENCE_MS &&
  (await lockOwner(ports, lock))?.status === 'RUNNING';

const challengerRun = ({ run, code }: Challenger) => ({ run: run.run, code });

const scoreChallenger = async (ports: Needs, run: Run, modelVersion: number): Promise<Challenger> => {
  const { value: code } = await registered<CodeVersion>(
    ports.store,
    registryKeys.codeVersion(run.model, run.codeVersion),
  );
  const { value: version } = await registered<ModelVersion>(
    ports.store,
    registryKeys.modelVersion(run.model, modelVersion),
  );
  const prefix = modelKeys.predictions(run.model, run.run);
  const scored = expectPredictions(await scoreTestRows(ports, run, code, prefix), ports, prefix);
  return { run, version, code, scored };
};

interface HeldAgainst {
  readonly live: Live;
  readonly found: ComparisonOutcome;
}

const finish = async (ports: Needs, challenger: Challenger, held: HeldAgainst | undefined): Promise<Run> => {
  const { store } = ports;
  const { model, run: number } = challenger.run;
  const championKey = registryKeys.champion(model);
  const slot = await store.get<RunSlot>(registryKeys.runSlot(model));
  const run: Stored<Run> = await registered<Run>(store, registryKeys.run(model, number));
  if (run.value.status !== 'running') return run.value;
  const version = await registered<ModelVersion>(store, registryKeys.modelVersion(model, challenger.version.version));
  const verdict = judge(challenger, held);
  await writeEvaluation(ports, run.value, version.value, verdict);
  const finished: Run = { ...run.value, status: 'finished', endedAt: ports.clock(), verdict };
  await store.commit([
    { put: run.key, value: finished, expect: asRead(run) },
    {
      put: version.key,
      value: { ...version.value, test: verdict.challenger } satisfies ModelVersion,
      expect: asRead(version),
    },
    { check: championKey, expect: asRead(held?.live.champion) },
    ...(slot?.value.run === number ? [{ remove: slot.key, expect: { revision: slot.revision } }] : []),
  ]);
  return finished;
};

const judge = ({ code, scored }: Challenger, held: HeldAgainst | undefined): Verdict => {
  const { task, metric, gates, evaluation } = code.definition;
  return decideVerdict({
    metric,
    challenger: finiteScores(scored.scores),
    testRows: scored.rows,
    minTestRows: evaluation.minTestRows,
    ...(task !== 'regression' && { rarestClass: rarestOf(scored) }),
    ...(scored.groups && { groups: scored.groups }),
    gates,
    notComparable: evaluation.notComparable,
    ...(held && { champion: { ...held.live.champion.value, found: held.found } }),
  });
};

/** Rows (or groups with rows) of the rarest class among those that there are; 0 where there is only one. */
const rarestOf = ({ labels, groups }: ScoredRows): number => {
  const counts = new Map<number, number>();
  const seen = new Set<number>();
  for (const [i, y] of labels.entries()) {
    if (groups) {
      const both = y * groups.count + (groups.ofRow[i] as number);
      if (seen.has(both)) continue;
      seen.add(both);
    }
    counts.set(y, (counts.get(y) ?? 0) + 1);
  }
  return counts.size < 2 ? 0 : Math.min(...counts.values());
};

/** For people and for audits, beside the predictions that it was made from. */
const writeEvaluation = ({ place, objects }: Needs, run: Run, version: ModelVersion, verdict: Verdict) =>
  objects.write(
    { bucket: bucketName(place, 'model'), key: modelKeys.evaluation(run.model, run.run) },
    JSON.stringify(evaluation(run, version, verdict), undefined, 2),
    'application/json',
  );

const evaluation = (
  { model, run, dataVersion, codeVersion, candidates }: Run,
  version: ModelVersion,
  verdict: Verdict,
) => ({
  ...{ model, run, dataVersion, codeVersion, modelVersion: version.version },
  ...{ artifact: version.artifact, image: version.image, candidates, verdict },
});
