import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { FAILURE_REASON_LIMIT } from '../errors.ts';
import type { Exit } from '../processes.ts';

/** The exit code that a container would show: a signal n ends it with 128 + n. */
const exitCodeOf = ({ code, signal }: Exit): number => code ?? 128 + (signal ? constants.signals[signal] : 0);

/**
 * FailureReason of a container that did not exit with 0: what it wrote to /opt/ml/output/failure, and its exit code.
 * Without such a file (the container itself was killed) the signal is named.
 */
export async function algorithmError(failureFile: string, exit: Exit): Promise<string> {
  const written = await readFile(failureFile, 'utf8').catch(() => '');
  const killed = exit.signal ? `the container was killed by ${exit.signal}` : '';
  const code = exitCodeOf(exit);
  const ending = `, exit code: ${code}`;
  const beginning = `AlgorithmError: ${written.trim() || killed}`;
  return beginning.slice(0, FAILURE_REASON_LIMIT - ending.length) + ending;
}
