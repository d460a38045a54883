import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { sqsHandler } from '../../../shared/runtime/sqs-handler.ts';

const context = {
  ...{ functionName: 'f', awsRequestId: 'r', functionVersion: '1', memoryLimitInMB: '128' },
  getRemainingTimeInMillis: () => 60_000,
} as Context;
const record = (messageId: string, body: unknown) =>
  ({
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '3' },
  }) as SQSRecord;
const batch = (...Records: SQSRecord[]): SQSEvent => ({ Records });
const schema = z.object({ detail: z.object({ n: z.number() }) });

/** What is written to the function's log: the logger has a console of its own. */
const lines = () => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  return written;
};
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a batch', () => {
  it('handles every record; only those that failed are given back', async () => {
    const written = lines();
    const seen: number[] = [];
    const handler = sqsHandler(schema, async ({ detail: { n } }) => {
      seen.push(n);
      if (n === 2) throw new RangeError('two is too much', { cause: new Error('deep down') });
    });
    const records = [
      record('a', { detail: { n: 1 } }),
      record('b', { detail: { n: 2 } }),
      record('c', 'secret {'),
      record('d', { detail: { n: 'secret' } }),
      record('e', { detail: { n: 5 } }),
    ];
    expect(await handler(batch(...records), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }, { itemIdentifier: 'd' }],
    });
    expect(seen).toEqual([1, 2, 5]);

    const logged = written.map((line) => JSON.parse(line));
    expect(logged.map((l) => [l.messageId, l.receiveCount, l.error.name])).toEqual([
      ['b', '3', 'RangeError'],
      ['c', '3', 'MalformedMessageError'],
      ['d', '3', 'MalformedMessageError'],
    ]);
    expect(logged[0].error.message).toBe('two is too much');
    expect(JSON.stringify(logged[0].error.cause)).toContain('deep down');
    expect(logged[2].error.message).toMatch(/detail\.n/);
    // What a message holds is not written down.
    expect(written.join()).not.toContain('secret');
  });

  it('without failures gives nothing back', async () => {
    const handler = sqsHandler(schema, async () => undefined);
    expect(await handler(batch(record('a', { detail: { n: 1 } })), context)).toEqual({ batchItemFailures: [] });
  });

  it('takes what is thrown without being an error for a failure as well', async () => {
    lines();
    const handler = sqsHandler(schema, () => Promise.reject('just text'));
    expect(await handler(batch(record('a', { detail: { n: 1 } })), context)).toMatchObject({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
  });

  it('of ten with one that hangs handles nine before its time is over, and gives back the one', async () => {
    const written = lines();
    const seen: string[] = [];
    const handler = sqsHandler(schema, ({ detail: { n } }) => {
      if (n === 3) return new Promise(() => undefined);
      seen.push(`${n}`);
      return Promise.resolve();
    });
    vi.useFakeTimers();
    const end = Date.now() + 20_000;
    const hurried = { ...context, getRemainingTimeInMillis: () => end - Date.now() } as Context;
    const records = Array.from({ length: 10 }, (_, n) => record(`m${n}`, { detail: { n } }));
    const answer = handler(batch(...records), hurried);
    await vi.runAllTimersAsync();
    expect(await answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm3' }] });
    expect(seen).toHaveLength(9);
    expect(Date.now()).toBeLessThan(end);
    expect(JSON.parse(written[0] ?? '').error).toMatchObject({ name: 'RecordTimeoutError' });
  });

  it('begins no record for which no time is left, and answers before it is killed', async () => {
    const written = lines();
    vi.useFakeTimers();
    const begun: number[] = [];
    const handler = sqsHandler(schema, ({ detail: { n } }) => {
      begun.push(n);
      return new Promise(() => undefined);
    });
    const end = Date.now() + 20_000;
    const hurried = { ...context, getRemainingTimeInMillis: () => end - Date.now() } as Context;
    const records = Array.from({ length: 10 }, (_, n) => record(`m${n}`, { detail: { n } }));
    const answer = handler(batch(...records), hurried);
    await vi.runAllTimersAsync();
    expect((await answer).batchItemFailures).toHaveLength(10);
    expect(Date.now()).toBeLessThan(end);
    expect(begun.length).toBeLessThan(10);
    expect(written).toHaveLength(10);
    expect(JSON.parse(written.at(-1) ?? '').error.message).toMatch(/not begun/);
  });
});
