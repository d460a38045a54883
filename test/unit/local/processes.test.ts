import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { identify, isAlive, memoryOfGroup, type ProcessIdentity, stopProcess } from '../../../infra/local/processes.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process in a group of its own, once it has said its first line. */
async function run(script: string): Promise<{ identity: ProcessIdentity; line: string }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const identity = identify(Number(child.pid));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { identity, line };
}

test('a process is alive until it was stopped', async () => {
  const { identity } = await run('echo up; exec sleep 60');
  expect(isAlive(identity)).toBe(true);
  expect(memoryOfGroup(identity)).toBeGreaterThan(0);
  expect(await stopProcess(identity, 10)).toBe(true);
  expect(isAlive(identity)).toBe(false);
});

test('a later process of the same number is another one: neither alive nor stopped', async () => {
  const { identity } = await run('echo up; exec sleep 60');
  const predecessor = { ...identity, mark: `${identity.mark}1` };
  expect(isAlive(predecessor)).toBe(false);
  expect(memoryOfGroup(predecessor)).toBe(0);
  await stopProcess(predecessor, 1);
  expect(isAlive(identity)).toBe(true);
});

test('one that does not listen is killed, and so is what it started', async () => {
  const { identity, line } = await run('trap "" TERM; sleep 60 & echo $!; wait; wait');
  const child = identify(Number(line));
  expect(await stopProcess(identity, 0.2)).toBe(false);
  expect(isAlive(identity)).toBe(false);
  expect(isAlive(child)).toBe(false);
});

test('what a process leaves behind in its group is ended, even when it has died before', async () => {
  const { identity, line } = await run('sleep 60 >/dev/null & echo $!; kill -9 $$');
  const orphan = identify(Number(line));
  await stopProcess(identity, 5);
  expect(isAlive(orphan)).toBe(false);
});

test('there is no identity of a process that is not there', () => {
  expect(() => identify(2 ** 22 + 1)).toThrow(/has ended already/);
});
