import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runLogged, tailOf } from '../../../infra/local/commands.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../infra/local/processes.ts';

let log: string;
beforeEach(() => {
  log = join(mkdtempSync(join(tmpdir(), 'modelloop-commands-')), 'logs', 'x.log');
});
const shell = (script: string, more: { signal?: AbortSignal; onLine?: (line: string) => void } = {}) =>
  runLogged({ purpose: 'trying', command: 'sh', args: ['-c', script], log, ...more });

test('both outputs go to the log and are told line by line', async () => {
  const lines: string[] = [];
  await shell('echo one; echo two >&2', { onLine: (line) => lines.push(line) });
  expect(lines.sort()).toEqual(['one', 'two']);
  expect(readFileSync(log, 'utf8')).toContain('trying: sh -c echo one; echo two >&2');
});

test('a failure says what, how, and shows the end of the output', async () => {
  await expect(shell('echo why it failed; exit 3')).rejects.toThrow(
    /trying failed \(exit code 3\);.*\| why it failed/s,
  );
});

test('a command that is not there is a failure like any other', async () => {
  const missing = runLogged({ purpose: 'trying', command: '/nowhere/x', args: [], log });
  await expect(missing).rejects.toThrow(/trying failed \(.*ENOENT/);
});

test('aborting ends the command and what it started', async () => {
  const controller = new AbortController();
  let child: ProcessIdentity | undefined;
  const running = shell('sleep 60 & echo $!; wait', {
    signal: controller.signal,
    onLine: (line) => {
      child = identify(Number(line));
      controller.abort(new Error('interrupted'));
    },
  });
  await expect(running).rejects.toThrow('interrupted');
  expect(child && isAlive(child)).toBe(false);
});

test('the tail of a log, or that there is none', async () => {
  await shell('for i in 1 2 3 4 5; do echo line $i; done');
  expect(tailOf(log, 2)).toBe(`the end of ${log}:\n  | line 4\n  | line 5`);
  expect(tailOf('/nowhere/x.log')).toBe('there is no log /nowhere/x.log');
});
