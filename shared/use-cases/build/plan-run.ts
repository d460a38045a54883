import { batchesOf } from '../../domain/build/batches.ts';
import type { SplitRows } from '../../domain/data/data-report.ts';
import { type Refusal, refusalReason, TOLD_REFUSALS } from '../../domain/data/refusal.ts';
import { dataKeys, PREPARED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { trainingJob } from '../../domain/sagemaker/training-job.ts';
import type { RunPlanning } from '../../events/build-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { type PreparedPartRows, preparedParts } from '../prepared-parts.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { mapLimited } from '../scratch.ts';
import { readJson } from '../stored-json.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects'>;
type Side = keyof SplitRows;

/** Parts of the data version do not satisfy the contract of the run's code version. */
export class DataRefusedError extends Error {
  override readonly name = 'DataRefusedError';
}

/** The data version leaves nothing to train, validate or test on. */
export class EmptySplitError extends Error {
  override readonly name = 'EmptySplitError';
}

/**
 * Says what each candidate of a run is trained on: writes the manifests of the channels and lays out the test rows for batch
 * transform. Can be repeated: the same run gives the same objects and requests.
 * @returns the plan; or, under code with another contract than the data came under, which parts are to be prepared first
 * @throws DataRefusedError, EmptySplitError, NotRegisteredError, ImageError
 */
export const planRun = async (ports: Needs, { model, run }: { model: string; run: number }): Promise<RunPlanning> => {
  const { store } = ports;
  const { value: record } = await registered<Run>(store, registryKeys.run(model, run));
  const { value: data } = await registered<DataVersion>(store, registryKeys.dataVersion(model, record.dataVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, record.codeVersion));
  const { parts } = await readManifest(ports, data);
  const prepared = await preparedParts(ports, code, parts);
  const done = new Set(prepared.map(({ part }) => part.sha256));
  const left = parts.map(({ sha256 }) => sha256).filter((sha256) => !done.has(sha256));
  if (left.length > 0) {
    await failRefused(ports, record, code);
    return { outcome: 'unprepared', batches: batchesOf(left).map((batch) => ({ model, run, parts: batch })) };
  }
  for (const side of ['train', 'validation', 'test'] as const) refuseEmpty(side, prepared, data, code);
  await Promise.all([
    writeChannel(ports, record, 'train', prepared),
    writeChannel(ports, record, 'validation', prepared),
    layOutTestRows(ports, record, prepared),
  ]);
  return {
    outcome: 'planned',
    model,
    run,
    candidates: code.definition.candidates.map((candidate) => ({
      candidate: candidate.name,
      request: trainingJob(ports.place, record, code, candidate),
    })),
  };
};

/** @throws DataRefusedError when the preparation found parts that do not satisfy the contract */
const failRefused = async ({ place, objects }: Needs, run: Run, code: CodeVersion): Promise<void> => {
  const bucket = bucketName(place, 'data');
  const prefix = dataKeys.refusals(run.model, run.run);
  const keys = await objects.list(bucket, prefix);
  if (keys.length === 0) return;
  const refusals = await mapLimited(
    keys.slice(0, TOLD_REFUSALS),
    TOLD_REFUSALS,
    async (key) => (await readJson(objects, { bucket, key })) as Refusal,
  );
  const { dataVersion, codeVersion } = run;
  const { mode } = code.definition.data;
  const of = { count: keys.length, dataVersion, codeVersion, mode, files: `s3://${bucket}/${prefix}` };
  throw new DataRefusedError(refusalReason(refusals, of));
};

const refuseEmpty = (side: Side, prepared: readonly PreparedPartRows[], data: DataVersion, code: CodeVersion) => {
  if (prepared.some(({ rows }) => rows[side] > 0)) return;
  const { test, validation } = code.definition.split;
  throw new EmptySplitError(
    `data version ${data.version} has no ${side} rows: its ${data.rows} rows are split by the hash of their id, ` +
      `${percent(test)} to test and ${percent(validation)} to validation; upload more rows`,
  );
};

const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;

/** SageMaker's manifest: a prefix, then the keys below it. Files keep these keys as their paths, so names cannot clash. */
const writeChannel = (
  { place, objects }: Needs,
  run: Run,
  side: 'train' | 'validation',
  prepared: readonly PreparedPartRows[],
) => {
  const bucket = bucketName(place, 'data');
  const keys = prepared.filter((p) => p.rows[side] > 0).map((p) => `${p.prefix}${PREPARED_FILES[side]}`);
  const manifest = [{ prefix: `s3://${bucket}/` }, ...keys];
  const key = dataKeys.channel(run.model, run.run, side);
  return objects.write({ bucket, key }, JSON.stringify(manifest), 'application/json');
};

/** Batch transform reads a prefix, and an empty object would be an empty request. */
const layOutTestRows = ({ place, objects }: Needs, run: Run, prepared: readonly PreparedPartRows[]) => {
  const bucket = bucketName(place, 'data');
  const withRows = prepared.filter((p) => p.rows.test > 0);
  return mapLimited(withRows, 8, ({ part, prefix }) =>
    objects.copy(
      { bucket, key: `${prefix}${PREPARED_FILES.testInput}` },
      { bucket, key: `${dataKeys.testInput(run.model, run.run)}${part.sha256}.jsonl` },
    ),
  );
};
