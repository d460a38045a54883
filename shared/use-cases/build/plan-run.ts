import type { z } from 'zod';
import { dataKeys, PREPARED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Part, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { trainingJob } from '../../domain/sagemaker/training-job.ts';
import type { RunPlan } from '../../events/build-tasks.ts';
import { preparedPart } from '../../events/data-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { ObjectNotFoundError } from '../../ports/object-store.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { mapLimited } from '../scratch.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects'>;

const splitRows = preparedPart.shape.rows;
type Side = keyof z.infer<typeof splitRows>;

interface Prepared {
  readonly part: Part;
  readonly prefix: string;
  readonly rows: Readonly<Record<Side, number>>;
}

/** A part of the data version was never prepared under the contract of the run's code version. */
export class NotPreparedError extends Error {
  override readonly name = 'NotPreparedError';
}

/** The data version leaves nothing to train, validate or test on. */
export class EmptySplitError extends Error {
  override readonly name = 'EmptySplitError';
}

/**
 * Says what each candidate of a run is trained on: writes the manifests of the channels and lays out the test rows for batch
 * transform. Can be repeated: the same run gives the same objects and requests.
 * @throws NotPreparedError, EmptySplitError, NotRegisteredError, ImageError
 */
export const planRun = async (ports: Needs, { model, run }: { model: string; run: number }): Promise<RunPlan> => {
  const { store } = ports;
  const { value: record } = await registered<Run>(store, registryKeys.run(model, run));
  const { value: data } = await registered<DataVersion>(store, registryKeys.dataVersion(model, record.dataVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, record.codeVersion));
  const { parts } = await readManifest(ports, data);
  const prepared = await mapLimited(parts, 8, (part) => preparedUnder(ports, part, data, code));
  for (const side of ['train', 'validation', 'test'] as const) refuseEmpty(side, prepared, data, code);
  await Promise.all([
    writeChannel(ports, record, 'train', prepared),
    writeChannel(ports, record, 'validation', prepared),
    layOutTestRows(ports, record, prepared),
  ]);
  return {
    model,
    run,
    candidates: code.definition.candidates.map((candidate) => ({
      candidate: candidate.name,
      request: trainingJob(ports.place, record, code, candidate),
    })),
  };
};

const preparedUnder = async (
  { place, objects }: Needs,
  part: Part,
  data: DataVersion,
  code: CodeVersion,
): Promise<Prepared> => {
  const prefix = dataKeys.prepared(code.model, part.sha256, code.contractHash);
  const key = `${prefix}${PREPARED_FILES.rows}`;
  try {
    const bytes = await objects.read({ bucket: bucketName(place, 'data'), key });
    return { part, prefix, rows: splitRows.parse(JSON.parse(new TextDecoder().decode(bytes))) };
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new NotPreparedError(unprepared(part, data, code), { cause: error });
  }
};

const unprepared = (part: Part, data: DataVersion, code: CodeVersion) => {
  const what = `part ${part.sha256.slice(0, 12)} (${part.source.key}) of data version ${data.version}`;
  return data.contractHash === code.contractHash
    ? `${what} was not prepared under contract ${short(code.contractHash)}, that of code version ${code.version}: upload it again`
    : `${what} was prepared under contract ${short(data.contractHash)}, but code version ${code.version} has contract ${short(code.contractHash)}: upload it again`;
};

const short = (hash: string) => hash.slice(0, 12);

const refuseEmpty = (side: Side, prepared: readonly Prepared[], data: DataVersion, code: CodeVersion) => {
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
  prepared: readonly Prepared[],
) => {
  const bucket = bucketName(place, 'data');
  const keys = prepared.filter((p) => p.rows[side] > 0).map((p) => `${p.prefix}${PREPARED_FILES[side]}`);
  const manifest = [{ prefix: `s3://${bucket}/` }, ...keys];
  const key = dataKeys.channel(run.model, run.run, side);
  return objects.write({ bucket, key }, JSON.stringify(manifest), 'application/json');
};

/** Batch transform reads a prefix, and an empty object would be an empty request. */
const layOutTestRows = ({ place, objects }: Needs, run: Run, prepared: readonly Prepared[]) => {
  const bucket = bucketName(place, 'data');
  const withRows = prepared.filter((p) => p.rows.test > 0);
  return mapLimited(withRows, 8, ({ part, prefix }) =>
    objects.copy(
      { bucket, key: `${prefix}${PREPARED_FILES.testInput}` },
      { bucket, key: `${dataKeys.testInput(run.model, run.run)}${part.sha256}.jsonl` },
    ),
  );
};
