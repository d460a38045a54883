import { join } from 'node:path';
import { dataKeys, modelKeys, PREPARED_FILES } from '../domain/keys.ts';
import type { Scores } from '../domain/metrics.ts';
import { contractOf } from '../domain/model-definition.ts';
import { bucketName } from '../domain/names.ts';
import type { Champion, CodeVersion, DataVersion, ModelVersion, Run, RunSlot, Verdict } from '../domain/records.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import { decideVerdict } from '../domain/verdict.ts';
import { PredictionsError } from '../ports/data-engine.ts';
import type { Ports } from '../ports/index.ts';
import type { Stored } from '../ports/registry-store.ts';
import { announceRun } from './announce-run.ts';
import { readManifest } from './read-manifest.ts';
import { asRead, registered, retryConflicts } from './registry-access.ts';
import { mapLimited, withScratch } from './scratch.ts';
import { RunOverError } from './select-candidate.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'bus' | 'engine' | 'clock'>;

export interface RunInQuestion {
  readonly model: string;
  readonly run: number;
  readonly modelVersion: number;
}

/**
 * Scores a run's model version on the frozen test rows, decides what becomes of it, records that and ends the run: its slot is free
 * in the same commit. A repetition after the commit announces the end again and changes nothing.
 * @throws PredictionsError, RunOverError, NotRegisteredError
 */
export const evaluateRun = async (ports: Needs, input: RunInQuestion): Promise<Verdict> => {
  const { value: run } = await registered<Run>(ports.store, registryKeys.run(input.model, input.run));
  const over = run.status === 'running' ? undefined : run;
  const finished = over ?? (await finish(ports, input, await score(ports, input, run)));
  if (!finished.verdict) throw new RunOverError(`run ${run.run} of ${run.model} is ${run.status}, without a verdict`);
  await announceRun(ports, finished);
  return finished.verdict;
};

interface Scored {
  readonly scores: Scores;
  readonly rows: number;
  readonly code: CodeVersion;
}

const score = async (ports: Needs, { model, run }: RunInQuestion, record: Run): Promise<Scored> => {
  const { value: code } = await registered<CodeVersion>(
    ports.store,
    registryKeys.codeVersion(model, record.codeVersion),
  );
  const tests = await testFiles(ports, record, code);
  const bucket = bucketName(ports.place, 'model');
  const prefix = modelKeys.predictions(model, run);
  const predictions = (await ports.objects.list(bucket, prefix)).map((key) => ({ bucket, key }));
  if (predictions.length === 0) throw new PredictionsError(`no predictions under s3://${bucket}/${prefix}`);
  return withScratch(async (directory) => {
    const fetch = (files: readonly { bucket: string; key: string }[], kind: string) =>
      mapLimited([...files.entries()], 4, async ([i, address]) => {
        const path = join(directory, `${kind}-${i}`);
        await ports.objects.download(address, path);
        return path;
      });
    const [test, predicted] = await Promise.all([
      fetch(tests, 'test.parquet'),
      fetch(predictions, 'predictions.jsonl'),
    ]);
    const { scores, rows } = await ports.engine.score(test, predicted, contractOf(code.definition));
    return { scores: finite(scores), rows, code };
  });
};

/** Of the parts that have test rows, as the run's plan laid them out. */
const testFiles = async ({ place, store, objects }: Needs, run: Run, code: CodeVersion) => {
  const { value: data } = await registered<DataVersion>(store, registryKeys.dataVersion(run.model, run.dataVersion));
  const bucket = bucketName(place, 'data');
  const laidOut = new Set(await objects.list(bucket, dataKeys.testInput(run.model, run.run)));
  const { parts } = await readManifest({ place, objects }, data);
  return parts
    .filter(({ sha256 }) => laidOut.has(`${dataKeys.testInput(run.model, run.run)}${sha256}.jsonl`))
    .map(({ sha256 }) => ({
      bucket,
      key: `${dataKeys.prepared(run.model, sha256, code.contractHash)}${PREPARED_FILES.test}`,
    }));
};

/** What could not be measured is absent, never NaN. */
const finite = (scores: Scores): Scores =>
  Object.fromEntries(Object.entries(scores).filter(([, value]) => Number.isFinite(value))) as Scores;

const finish = (ports: Needs, input: RunInQuestion, scored: Scored): Promise<Run> =>
  retryConflicts(async () => {
    const { store } = ports;
    const { model } = input;
    const slot = await store.get<RunSlot>(registryKeys.runSlot(model));
    const run = await registered<Run>(store, registryKeys.run(model, input.run));
    if (run.value.status !== 'running') return run.value;
    const version = await registered<ModelVersion>(store, registryKeys.modelVersion(model, input.modelVersion));
    const champion = await store.get<Champion>(registryKeys.champion(model));
    const verdict = judge(scored, champion);
    await writeEvaluation(ports, run.value, version.value, verdict);
    const finished: Run = { ...run.value, status: 'finished', endedAt: ports.clock(), verdict };
    await store.commit([
      { put: run.key, value: finished, expect: asRead(run) },
      {
        put: version.key,
        value: { ...version.value, test: scored.scores } satisfies ModelVersion,
        expect: asRead(version),
      },
      ...(slot?.value.run === input.run ? [{ remove: slot.key, expect: { revision: slot.revision } }] : []),
    ]);
    return finished;
  });

const judge = ({ scores, rows, code }: Scored, champion: Stored<Champion> | undefined): Verdict => {
  const { metric, gates, evaluation } = code.definition;
  return decideVerdict({
    metric,
    challenger: scores,
    testRows: rows,
    minTestRows: evaluation.minTestRows,
    gates,
    notComparable: evaluation.notComparable,
    ...(champion && {
      champion: {
        ...champion.value,
        found: { kind: 'not-comparable', why: 'the two have not been compared on the same rows' },
      },
    }),
  });
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
