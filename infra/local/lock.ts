import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive, type ProcessIdentity, waitUntil } from './processes.ts';

/**
 * Does `work` while no other process holds the lock. A lock whose holder has died, however, is taken over.
 * @param waitSeconds how long to wait for another holder; 0 refuses at once
 * @throws LockedError when another process holds it for longer
 */
export async function withLock<T>(
  file: string,
  waitSeconds: number,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (!(await waitUntil(() => take(file), waitSeconds, signal))) throw new LockedError(file, holderOf(file)?.pid);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly file: string;
  readonly pid: number | undefined;
  constructor(file: string, pid: number | undefined) {
    super(`process ${pid ?? '(unknown)'} holds ${file}`);
    this.file = file;
    this.pid = pid;
  }
}

function take(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    clearStale(file);
    // A link appears with its content, and fails where there is one: a created file would be empty for a moment.
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function clearStale(file: string): void {
  const holder = holderOf(file);
  if (!holder || isAlive(holder)) return;
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, { force: true });
}

function holderOf(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
