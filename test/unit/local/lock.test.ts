import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LockedError, withLock } from '../../../infra/local/lock.ts';
import { identify } from '../../../infra/local/processes.ts';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'modelloop-lock-')), 'cloud.lock');
});

test('one at a time; the other one waits its turn', async () => {
  const order: string[] = [];
  const release = Promise.withResolvers<void>();
  const first = withLock(file, 0, async () => {
    order.push('first begins');
    await release.promise;
    order.push('first ends');
  });
  const second = withLock(file, 30, async () => void order.push('second'));
  await expect(withLock(file, 0, async () => 'never')).rejects.toThrow(LockedError);
  release.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});

test('who holds it is said', async () => {
  await withLock(file, 0, async () => {
    await expect(withLock(file, 0, async () => 'never')).rejects.toMatchObject({ pid: process.pid });
  });
});

test('it is given back when the work fails, and nothing is left', async () => {
  await expect(withLock(file, 0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('a dead holder’s lock is taken over', async () => {
  const { pid, mark } = identify(process.pid);
  writeFileSync(file, JSON.stringify({ pid, mark: `${mark}1` }));
  expect(await withLock(file, 0, async () => 'done')).toBe('done');
  expect(existsSync(file)).toBe(false);
});

test('waiting ends when it is aborted', async () => {
  await withLock(file, 0, async () => {
    const stop = AbortSignal.abort(new Error('interrupted'));
    await expect(withLock(file, 60, async () => 'never', stop)).rejects.toThrow('interrupted');
  });
});
