import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appSource } from './app-source.ts';
import {
  type CloudState,
  localDirectory,
  readCloudRecord,
  readCloudState,
  removeCloudRecord,
  scratchDirectory,
} from './cloud-state.ts';
import { LockedError, withLock } from './lock.ts';
import { putAsideLostState } from './lost-state.ts';
import { isAlive, stopProcess } from './processes.ts';
import { logFile } from './start.ts';
import { deploySteps, type Step, startSteps, type UpContext } from './up-steps.ts';

export type { Step } from './up-steps.ts';

export interface UpOptions {
  /** Default: `localDirectory()`. */
  readonly directory?: string;
  /** Default: true. */
  readonly deploy?: boolean;
  /** Progress, a line at a time. */
  readonly report?: (line: string) => void;
  /** Runs the steps one after the other and shows them; default: each title is reported. */
  readonly present?: (steps: readonly Step[]) => Promise<void>;
  /** Aborting it stops what was started. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a process may take to save what it holds. */
const PATIENCE_SECONDS = 30;

/**
 * Starts the local cloud, unless it runs, and deploys the app, unless it is there as the checkout has it. What was kept by `cloudDown`
 * is there again.
 * @throws with the reason and the end of the log concerned; then nothing runs that was started here
 */
export async function cloudUp(options: UpOptions = {}): Promise<CloudState> {
  const directory = options.directory ?? localDirectory();
  const report = options.report ?? (() => undefined);
  const present = options.present ?? inOrder(report);
  return exclusively(directory, async () => {
    const running = readCloudState(directory);
    if (!running) await clearLeftovers(directory, report);
    const record = readCloudRecord(directory);
    if (running) {
      report(`the local cloud is already running, since ${running.startedAt}, at ${running.endpoint}`);
      if (options.deploy === false) return running;
      if (record?.deployedAt && record.deployedSource === appSource()) {
        report(`nothing has changed since it was deployed, at ${record.deployedAt}`);
        return running;
      }
    }
    const context: UpContext = { directory, signal: options.signal, ...(running ? { state: running } : {}) };
    try {
      const steps = [
        ...(running ? [] : startSteps(context)),
        ...(options.deploy === false ? [] : deploySteps(context)),
      ];
      await present(steps);
      options.signal?.throwIfAborted();
      const state = readCloudState(directory);
      if (!state) throw new Error(`the local cloud ended while it was being set up; logs: ${join(directory, 'logs')}`);
      return state;
    } catch (error) {
      if (!running) {
        report('stopping what was started');
        await stopAll(directory);
      }
      throw error;
    }
  });
}

/** Stops the cloud; what it holds is kept in its directory. Does nothing when it does not run. */
export async function cloudDown(directory = localDirectory()): Promise<void> {
  await exclusively(directory, () => stopAll(directory));
}

/** Stops the cloud and wipes what it held. Ports, certificate, logs and the Python environment stay. */
export async function cloudReset(directory = localDirectory()): Promise<void> {
  await exclusively(directory, async () => {
    await stopAll(directory);
    // By name: a directory that somebody chose may hold other things too.
    for (const part of ['state', 'state.lost', 'sagemaker', 'cdk.out', 'pages.jsonl'])
      rmSync(join(directory, part), { recursive: true, force: true });
  });
}

const inOrder = (report: (line: string) => void) => async (steps: readonly Step[]) => {
  for (const { title, run } of steps) {
    report(title);
    await run(report);
  }
};

/** One `up`, `down` or `reset` of a cloud at a time. */
async function exclusively<T>(directory: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(directory, { recursive: true });
  try {
    return await withLock(join(directory, 'cloud.lock'), 0, work);
  } catch (error) {
    if (!(error instanceof LockedError) || !error.file.startsWith(directory)) throw error;
    const message = `the local cloud in ${directory} is being started or stopped by process ${error.pid}; try again when it is done`;
    throw new Error(message, { cause: error });
  }
}

/** A cloud that was not ended by `cloudDown`: says what happened to it, and ends what is left of it. */
async function clearLeftovers(directory: string, report: (line: string) => void): Promise<void> {
  const record = readCloudRecord(directory);
  if (!record) return;
  const dead = record.processes.filter((p) => !isAlive(p));
  const names = dead.map((p) => `${p.name} (process ${p.pid})`).join(', ');
  if (dead.length > 0) report(`no longer running since the last start: ${names}; see ${join(directory, 'logs')}`);
  await stopAll(directory, report);
  if (!dead.some((p) => p.name === 'emulator')) return;
  const lost = putAsideLostState(directory);
  if (lost)
    report(`the emulator was killed before it had saved anything: starting afresh; the old state is in ${lost}`);
  else
    report(
      'if the emulator was killed, nothing but S3 objects is newer than the last clean stop; `npx modelloop local reset` starts afresh',
    );
}

/** The emulator first: it ends its waiting for local SageMaker, and saves what it holds. */
async function stopAll(directory: string, report: (line: string) => void = () => undefined): Promise<void> {
  const record = readCloudRecord(directory);
  if (!record) return;
  for (const running of [...record.processes].reverse()) {
    const byItself = await stopProcess(running, PATIENCE_SECONDS);
    if (!byItself)
      report(
        `${running.name} did not end within ${PATIENCE_SECONDS} s and was killed; see ${logFile(directory, running.name)}`,
      );
  }
  rmSync(scratchDirectory(directory), { recursive: true, force: true });
  removeCloudRecord(directory);
}
