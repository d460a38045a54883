import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { list } from 'tar';
import * as z from 'zod';
import { METRICS, type Scores } from '../../domain/build/metrics.ts';

/** What a training job left in its `model.tar.gz` is not what it should be; says which job, and what train.py must do. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

export interface Artifact {
  readonly sha256: string;
  /** Finite ones only. */
  readonly validation: Scores;
}

const METRICS_FILE = 'metrics.json';
const MAX_METRICS_BYTES = 1024 * 1024;
const metricsFile = z.object({ validation: z.partialRecord(z.enum(METRICS), z.number().nullable()) });

/**
 * Hashes a downloaded artefact and reads the scores that the training wrote into it.
 * @throws ArtifactError
 */
export const readArtifact = async (path: string, trainingJob: string): Promise<Artifact> => ({
  sha256: await hashFile(path),
  validation: validationScores(await metricsIn(path, trainingJob), trainingJob),
});

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

const metricsIn = async (path: string, trainingJob: string): Promise<string> => {
  const found: Buffer[] = [];
  try {
    await list({
      file: path,
      strict: true,
      filter: (name) => name.replace(/^\.\//, '') === METRICS_FILE,
      onReadEntry: (entry) => {
        if (entry.size > MAX_METRICS_BYTES) throw new Error(`${METRICS_FILE} has ${entry.size} bytes`);
        entry.on('data', (bytes: Buffer) => found.push(bytes));
      },
    });
  } catch (error) {
    throw new ArtifactError(`the artefact of training job ${trainingJob} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
  if (found.length > 0) return Buffer.concat(found).toString('utf8');
  throw new ArtifactError(
    `the artefact of training job ${trainingJob} holds no ${METRICS_FILE}: train.py must write {"validation": {"<metric>": number}} to it in SM_MODEL_DIR`,
  );
};

/** Python's json writes NaN and Infinity, which JSON does not have; a score like that is no score. */
const validationScores = (text: string, trainingJob: string): Scores => {
  try {
    const { validation } = metricsFile.parse(JSON.parse(text.replace(/-?\bInfinity\b|\bNaN\b/g, 'null')));
    return Object.fromEntries(Object.entries(validation).filter(([, score]) => score !== null)) as Scores;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ArtifactError(`${METRICS_FILE} of training job ${trainingJob} is not valid: ${why}`, {
      cause: error,
    });
  }
};
