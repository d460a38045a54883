import { join } from 'node:path';
import type { Diagnosis } from '../../domain/build/diagnosis.ts';
import { contractOf } from '../../domain/definition/model-definition.ts';
import { dataKeys, PREPARED_FILES } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeVersion, DataVersion, Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { PredictionsError, type ScoredRows } from '../../ports/data-engine.ts';
import type { Ports } from '../../ports/index.ts';
import { readManifest } from '../read-manifest.ts';
import { registered } from '../registry-access.ts';
import { mapLimited, withScratch } from '../scratch.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/**
 * Scores what a batch transform left under `prefix` of the model repository on a run's test rows.
 * @param code the run's: its contract names the label
 * @returns undefined when nothing lies there
 * @throws PredictionsError, NotRegisteredError
 */
export const scoreTestRows = (
  ports: Needs,
  run: Run,
  code: CodeVersion,
  prefix: string,
): Promise<ScoredRows | undefined> =>
  withTestRows(ports, run, code, prefix, (test, predicted) =>
    ports.engine.score(test, predicted, contractOf(code.definition)),
  );

/** How what lies there errs. @throws PredictionsError, NotRegisteredError */
export const diagnoseTestRows = async (
  ports: Needs,
  run: Run,
  code: CodeVersion,
  prefix: string,
): Promise<Diagnosis> => {
  const found = await withTestRows(ports, run, code, prefix, (test, predicted) =>
    ports.engine.diagnose(test, predicted, contractOf(code.definition)),
  );
  return found ?? missingPredictions(ports, prefix);
};

/** Fetches a run's test rows and what was predicted for them. */
const withTestRows = async <T>(
  ports: Needs,
  run: Run,
  code: CodeVersion,
  prefix: string,
  use: (test: readonly string[], predicted: readonly string[]) => Promise<T>,
): Promise<T | undefined> => {
  const bucket = bucketName(ports.place, 'model');
  const predictions = (await ports.objects.list(bucket, prefix)).map((key) => ({ bucket, key }));
  if (predictions.length === 0) return undefined;
  const tests = await testFiles(ports, run, code);
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
    return use(test, predicted);
  });
};

/** The challenger's predictions are there when it is evaluated: their absence is a fault. */
export const expectPredictions = (scored: ScoredRows | undefined, ports: Needs, prefix: string): ScoredRows =>
  scored ?? missingPredictions(ports, prefix);

const missingPredictions = ({ place }: Needs, prefix: string): never => {
  throw new PredictionsError(`no predictions under s3://${bucketName(place, 'model')}/${prefix}`);
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
