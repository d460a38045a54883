import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ContainerOptions {
  readonly python: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Each line of stdout and stderr, as it comes. */
  readonly onLine: (line: string) => void;
  /** What the container says about itself: one JSON object a line on file descriptor 3. */
  readonly onControl?: (message: Record<string, unknown>) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Python process that stands for a container. It leads a process group of its own, and all of the group end with it. */
export interface Container {
  readonly pid: number;
  /** Resolves when the process has ended and every line of it was handed over. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to the process, which passes it on; SIGKILL to the whole group when it is still there after `graceMs`. */
  stop(graceMs: number): Promise<Exit>;
}

/**
 * Starts a container. Its stdin is a pipe that nobody writes to: when this process ends, even by SIGKILL, the pipe closes, and the
 * container ends itself and its group.
 */
export function startContainer(options: ContainerOptions): Container {
  const child = spawn(options.python, ['-u', options.script], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', options.onLine);
  }
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    options.onControl?.(JSON.parse(line) as Record<string, unknown>);
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    // Children of the container may outlive it and hold its pipes open: without this, `close` would wait for them.
    child.once('exit', () => signalGroup(child.pid, 'SIGKILL'));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  exited.catch(() => undefined);
  return {
    pid: child.pid ?? -1,
    exited,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: all of the group have ended. (macOS says EPERM for a group of zombies.)
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
