import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Slots } from '../../../infra/local/sagemaker/slots.ts';
import { Store } from '../../../infra/local/sagemaker/store.ts';

const directory = mkdtempSync(join(tmpdir(), 'modelloop-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the store', () => {
  test('what was put is there after a restart; what was removed is not', () => {
    const dir = join(directory, 'store');
    const model = (name: string) => ({
      name,
      arn: `arn:${name}`,
      request: { ModelName: name },
      tags: [],
      created: 1.5,
    });
    const store = new Store(dir);
    store.put('model', model('a'));
    store.put('model', model('b'));
    store.change('model', 'a', { tags: [{ Key: 'k', Value: 'v' }] });
    store.remove('model', 'b');
    const again = new Store(dir);
    expect(again.list('model')).toEqual([{ ...model('a'), tags: [{ Key: 'k', Value: 'v' }] }]);
    expect(again.withArn('arn:a')?.kind).toBe('model');
    expect(() => again.change('model', 'b', {})).toThrow('no model b to change');
  });
});

describe('slots', () => {
  const held = (slots: Slots, signal?: AbortSignal) => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const done = slots.run(async () => {
      started.resolve();
      await gate.promise;
    }, signal);
    return { ...gate, started: started.promise, done };
  };
  const begun = (started: Promise<void>) =>
    Promise.race([started.then(() => true), new Promise((r) => setImmediate(r, false))]);

  test('no more than so many at once, in the order they came, also after a failure', async () => {
    const slots = new Slots(1);
    const [first, second, third] = [held(slots), held(slots), held(slots)];
    expect([await begun(first.started), await begun(second.started)]).toEqual([true, false]);
    first.reject(new Error('failed'));
    await expect(first.done).rejects.toThrow('failed');
    expect([await begun(second.started), await begun(third.started)]).toEqual([true, false]);
    second.resolve();
    await third.started;
    third.resolve();
    await Promise.all([second.done, third.done]);
  });

  test('who is told to stop in line does not wait, and takes no slot', async () => {
    const slots = new Slots(1);
    const abort = new AbortController();
    const [first, second, third] = [held(slots), held(slots, abort.signal), held(slots)];
    abort.abort();
    await second.started;
    second.resolve();
    await second.done;
    expect(await begun(third.started)).toBe(false);
    first.resolve();
    await third.started;
    third.resolve();
    await Promise.all([first.done, third.done]);
  });
});
