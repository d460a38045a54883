import { join } from 'node:path';
import * as z from 'zod';
import { dataKeys, modelKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import { type Asked, answerIn, answerInWords, sameAnswer } from '../../domain/prediction.ts';
import type { CodeVersion, ModelVersion } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { readJsonLines } from '../json-lines.ts';
import { registered } from '../registry-access.ts';
import { withScratch } from '../scratch.ts';
import type { DeploymentInput } from './begun-changes.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'endpoints'>;

/** The endpoint does not answer as the model that was evaluated. */
export class SmokeTestError extends Error {
  override readonly name = 'SmokeTestError';
}

const ROWS = 5;
const testRow = z.object({ id: z.string(), features: z.record(z.string(), z.unknown()) });
const predictedRow = z.object({ id: z.string(), SageMakerOutput: z.unknown() });
type TestRow = z.infer<typeof testRow>;

/**
 * Asks the endpoint for the first test rows of the model version's run and holds each answer to what batch transform predicted for the
 * same row: the model that serves is the model that was evaluated.
 * @throws SmokeTestError, PredictionFormatError, EndpointError
 */
export const smokeTest = async (
  ports: Needs,
  { model, modelVersion, run, endpoint }: DeploymentInput & { readonly endpoint: string },
): Promise<{ readonly rows: number }> => {
  const asked = await askedOf(ports, model, modelVersion);
  const [rows, evaluated] = await withScratch((directory) => evaluatedRows(ports, { model, run }, directory));
  for (const { id, features } of rows) {
    const { answer } = await ports.endpoints.invoke(endpoint, features);
    const served = answerIn(answer, asked);
    const expected = answerIn(evaluated.get(id), asked);
    if (!sameAnswer(served, expected))
      throw new SmokeTestError(
        `endpoint ${endpoint} predicts ${answerInWords(served)} for test row ${id} of run ${run}; model version ${modelVersion} predicted ${answerInWords(expected)} when it was evaluated`,
      );
  }
  return { rows: rows.length };
};

const askedOf = async ({ store }: Needs, model: string, modelVersion: number): Promise<Asked> => {
  const { value: version } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, modelVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  return code.definition;
};

/** The first rows of the first test file, and what batch transform wrote for them. */
const evaluatedRows = async (
  { place, objects }: Needs,
  { model, run }: { model: string; run: number },
  directory: string,
): Promise<readonly [readonly TestRow[], ReadonlyMap<string, unknown>]> => {
  const [dataBucket, modelBucket] = [bucketName(place, 'data'), bucketName(place, 'model')];
  const inputs = dataKeys.testInput(model, run);
  const [first] = await objects.list(dataBucket, inputs);
  if (!first) throw new SmokeTestError(`run ${run} of ${model} has no test rows under s3://${dataBucket}/${inputs}`);
  const rows: TestRow[] = [];
  const input = join(directory, 'test.jsonl');
  await objects.download({ bucket: dataBucket, key: first }, input);
  await readJsonLines(input, (line) => rows.push(testRow.parse(line)) < ROWS);

  const output = `${modelKeys.predictions(model, run)}${first.slice(inputs.length)}.out`;
  const wanted = new Set(rows.map(({ id }) => id));
  const evaluated = new Map<string, unknown>();
  const predictions = join(directory, 'predictions.jsonl');
  await objects.download({ bucket: modelBucket, key: output }, predictions);
  await readJsonLines(predictions, (line) => {
    const { id, SageMakerOutput } = predictedRow.parse(line);
    if (wanted.has(id)) evaluated.set(id, SageMakerOutput);
    return evaluated.size < wanted.size;
  });
  for (const id of wanted)
    if (!evaluated.has(id))
      throw new SmokeTestError(`s3://${modelBucket}/${output} has no prediction for test row ${id} of run ${run}`);
  return [rows, evaluated];
};
