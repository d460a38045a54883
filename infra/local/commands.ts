import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { identify, stopProcess } from './processes.ts';

export interface LoggedCommand {
  /** In words, for the error: `installing the Python requirements`. */
  readonly purpose: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All of its output is appended here. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

/** Runs a command to its end. @throws with the end of its output, when it fails or is aborted */
export async function runLogged({ purpose, command, args, log, cwd, env, signal, onLine }: LoggedCommand) {
  signal?.throwIfAborted();
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log, { flags: 'a' });
  file.write(`\n# ${new Date().toISOString()} ${purpose}: ${command} ${args.join(' ')}\n`);
  const lastLines: string[] = [];
  // In a group of its own, so that it ends with all that it started; a terminal's Ctrl-C reaches it by the signal.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const running = child.pid === undefined ? undefined : identify(child.pid);
  const stop = () => void (running && stopProcess(running, 5).catch((error: unknown) => file.write(`${error}\n`)));
  signal?.addEventListener('abort', stop, { once: true });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      if (line.trim() === '') return;
      lastLines.push(line);
      if (lastLines.length > 30) lastLines.shift();
      onLine?.(line.trim());
    });
  const ending = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(code === 0 ? undefined : by ? `ended by ${by}` : `exit code ${code}`));
  });
  signal?.removeEventListener('abort', stop);
  file.end();
  await finished(file);
  signal?.throwIfAborted();
  if (ending !== undefined) throw new Error(`${purpose} failed (${ending}); ${excerpt(log, lastLines)}`);
}

/** The end of a log, to show in an error. */
export function tailOf(log: string, lines = 20): string {
  let text: string;
  try {
    text = readFileSync(log, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `there is no log ${log}`;
    throw error;
  }
  return excerpt(log, text.trimEnd().split('\n').slice(-lines));
}

const excerpt = (log: string, lines: readonly string[]) =>
  lines.length === 0 ? `its log is empty: ${log}` : `the end of ${log}:\n${lines.map((l) => `  | ${l}`).join('\n')}`;
