import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the operating system says that it started; comparable only with itself. */
  readonly mark: string;
}

interface ProcessRow extends ProcessIdentity {
  readonly group: number;
  readonly zombie: boolean;
  readonly memoryKiB: number;
}

/** @throws when the process has ended already. */
export function identify(pid: number): ProcessIdentity {
  const row = lookUp(pid);
  if (!row) throw new Error(`process ${pid} has ended already`);
  return { pid, mark: row.mark };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const row = lookUp(identity.pid);
  return row !== undefined && !row.zombie && row.mark === identity.mark;
}

/** Resident memory of the process and of all that it started in its group, in KiB. */
export function memoryOfGroup(leader: ProcessIdentity): number {
  return groupOf(leader).reduce((sum, row) => sum + row.memoryKiB, 0);
}

/**
 * Ends the process: SIGTERM and patience, so that it can save what it holds, then SIGKILL. Whatever it leaves behind in its
 * process group is killed too. A process that merely has the same number is not touched.
 * @returns whether it ended by itself
 */
export async function stopProcess(leader: ProcessIdentity, patienceSeconds: number): Promise<boolean> {
  if (isAlive(leader)) process.kill(leader.pid, 'SIGTERM');
  const byItself = await waitUntil(() => !isAlive(leader), patienceSeconds);
  for (const row of groupOf(leader)) killQuietly(row.pid);
  if (!(await waitUntil(() => groupOf(leader).length === 0, 10)))
    throw new Error(`process ${leader.pid} or one that it started does not end, even by SIGKILL`);
  return byItself;
}

/** @returns whether the condition became true within that time. @throws the signal's reason when it is aborted */
export async function waitUntil(condition: () => boolean, seconds: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition()) {
    signal?.throwIfAborted();
    if (performance.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/**
 * The living processes of the group that `leader` leads or led. While a group has members the system gives its number to no
 * new process; so when the number now belongs to another process, the group is not ours.
 */
function groupOf(leader: ProcessIdentity): ProcessRow[] {
  const holder = lookUp(leader.pid);
  if (holder && holder.mark !== leader.mark) return [];
  return allProcesses().filter((row) => row.group === leader.pid && !row.zombie);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/* /proc where there is one: a slim container has no `ps`. */
const lookUp = (pid: number): ProcessRow | undefined =>
  process.platform === 'linux' ? fromProc(pid) : fromPs(['-p', String(pid)])[0];

const allProcesses = (): ProcessRow[] =>
  process.platform === 'linux'
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => fromProc(Number(name)) ?? [])
    : fromPs(['-A']);

function fromProc(pid: number): ProcessRow | undefined {
  try {
    // The command's name, in parentheses, may hold anything; fields are counted from after it (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, , group] = fields;
    const [started, residentPages] = [fields[19], fields[21]];
    return {
      pid,
      group: Number(group),
      zombie: state === 'Z' || state === 'X',
      mark: String(started),
      memoryKiB: Number(residentPages) * 4,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function fromPs(selection: string[]): ProcessRow[] {
  let table: string;
  try {
    table = execFileSync('ps', [...selection, '-o', 'pid=,pgid=,stat=,rss=,lstart='], { encoding: 'utf8' });
  } catch (error) {
    // No such process: ps says so by its exit code alone.
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, group, stat, memory, ...started]) => ({
      pid: Number(pid),
      group: Number(group),
      zombie: stat?.startsWith('Z') ?? false,
      memoryKiB: Number(memory),
      mark: started.join(' '),
    }));
}
