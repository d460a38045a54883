import { join } from 'node:path';
import { featureColumns } from '../../domain/definition/model-definition.ts';
import type { Baseline } from '../../domain/drift/baseline.ts';
import { dataKeys, modelKeys, PREPARED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { preparedPart } from '../../events/data-tasks.ts';
import { PredictionsError } from '../../ports/data-engine.ts';
import type { Ports } from '../../ports/index.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { mapLimited, withScratch } from '../scratch.ts';
import { readJson } from '../stored-json.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine' | 'clock'>;
interface Address {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Keeps what a model version was made from and what it answers, for monitoring to compare with. Before the verdict, so that nothing goes
 * live that cannot be watched. A repetition finds it there.
 * @throws PredictionsError, NotRegisteredError
 */
export const writeBaseline = async (
  ports: Needs,
  { model, run, modelVersion }: { model: string; run: number; modelVersion: number },
): Promise<void> => {
  const { store, objects, engine } = ports;
  const target = { bucket: bucketName(ports.place, 'model'), key: modelKeys.baseline(model, modelVersion) };
  if (await objects.exists(target)) return;
  const { value: record } = await registered<Run>(store, registryKeys.run(model, run));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, record.codeVersion));
  const rows = await rowFiles(ports, record, code);
  const predictions = await predictionFiles(ports, record);
  const columns = Object.fromEntries(
    Object.entries(code.definition.columns).filter(([name]) => featureColumns(code.definition).includes(name)),
  );
  const { profile, prediction } = await withScratch(async (directory) => ({
    profile: await engine.profile(await fetched(ports, rows, join(directory, 'rows')), { columns }),
    prediction: await engine.profilePredictions(
      await fetched(ports, predictions, join(directory, 'predictions')),
      code.definition.task,
    ),
  }));
  const { dataVersion, codeVersion } = record;
  const baseline: Baseline = {
    ...{ model, modelVersion, run, dataVersion, codeVersion, rows: profile.rows },
    ...{ features: profile.columns, prediction, madeAt: ports.clock() },
  };
  await objects.write(target, JSON.stringify(baseline), 'application/json');
};

/** Every side of every part that has rows: together, what the model was trained, validated and tested on. */
const rowFiles = async ({ place, store, objects }: Needs, run: Run, code: CodeVersion): Promise<readonly Address[]> => {
  const { value: data } = await registered<DataVersion>(store, registryKeys.dataVersion(run.model, run.dataVersion));
  const bucket = bucketName(place, 'data');
  const { parts } = await readManifest({ place, objects }, data);
  const files = await mapLimited(parts, 8, async ({ sha256 }) => {
    const prefix = dataKeys.prepared(run.model, sha256, code.contractHash);
    const rows = preparedPart.shape.rows.parse(
      await readJson(objects, { bucket, key: `${prefix}${PREPARED_FILES.rows}` }),
    );
    const sides = (['train', 'validation', 'test'] as const).filter((side) => rows[side] > 0);
    return sides.map((side) => ({ bucket, key: `${prefix}${PREPARED_FILES[side]}` }));
  });
  return files.flat();
};

const predictionFiles = async ({ place, objects }: Needs, run: Run): Promise<readonly Address[]> => {
  const bucket = bucketName(place, 'model');
  const prefix = modelKeys.predictions(run.model, run.run);
  const keys = await objects.list(bucket, prefix);
  if (keys.length === 0) throw new PredictionsError(`no predictions under s3://${bucket}/${prefix}`);
  return keys.map((key) => ({ bucket, key }));
};

const fetched = ({ objects }: Needs, files: readonly Address[], path: string) =>
  mapLimited([...files.entries()], 4, async ([i, address]) => {
    await objects.download(address, `${path}-${i}`);
    return `${path}-${i}`;
  });
