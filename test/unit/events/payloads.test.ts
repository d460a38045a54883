import { readdirSync, readFileSync } from 'node:fs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import * as build from '../../../shared/events/build-tasks.ts';
import * as data from '../../../shared/events/data-tasks.ts';
import * as deployment from '../../../shared/events/deployment-tasks.ts';
import * as events from '../../../shared/events/domain-events.ts';
import * as monitors from '../../../shared/events/monitors.ts';
import { NewerPayloadError, PAYLOAD_VERSION } from '../../../shared/events/payload-version.ts';
import { sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { taskHandler } from '../../../shared/runtime/task-handler.ts';

/** What was under way when a new version was deployed is read by it: executions run on with the machine that they began with. */

const directory = new URL('../../fixtures/payloads/', import.meta.url);
const kept = readdirSync(directory).flatMap((file) => {
  const payloads: Record<string, object> = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
  return Object.entries(payloads).map(([name, payload]) => [file, name, payload] as const);
});
const schemas: Record<string, unknown> = { ...data, ...build, ...deployment, ...events, ...monitors };

describe('an old payload meets new code:', () => {
  it.each(kept)('%s: %s', (_, name, payload) => {
    const schema = schemas[name];
    expect(schema, `executions that are under way hand over a ${name}: the schema must stay`).toBeInstanceOf(z.ZodType);
    // What it says is still read as it was meant; new members have defaults.
    expect((schema as z.ZodType).parse(payload)).toMatchObject(payload);
  });

  it('one of each is kept, of every version', () => {
    const versions = new Set(kept.map(([file]) => file));
    expect([...versions]).toEqual(Array.from({ length: PAYLOAD_VERSION }, (_, i) => `version-${i + 1}.json`));
    const handed = Object.keys(schemas).filter((name) => /(Task|Execution)$/.test(name));
    const known = new Set(kept.map(([, name]) => name));
    expect(handed.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('a new payload meets old code', () => {
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  const newer = { n: 1, payloadVersion: PAYLOAD_VERSION + 1 };
  beforeEach(() => vi.spyOn(process.stderr, 'write').mockImplementation(() => true));
  afterEach(() => vi.restoreAllMocks());

  it('in a task: refused by name, with what to do', async () => {
    const handler = taskHandler(z.object({ n: z.number() }), async ({ n }) => n);
    await expect(handler(newer, context)).rejects.toThrow(NewerPayloadError);
    await expect(handler(newer, context)).rejects.toThrow(/payload version 2.*understands up to 1.*deploy the newer/);
    expect(await handler({ n: 1, payloadVersion: PAYLOAD_VERSION }, context)).toBe(1);
  });

  it('in an event: given back to the queue, and in the end to the dead letters, until it can be read', async () => {
    const work = vi.fn(async () => undefined);
    const handler = sqsHandler(z.object({ detail: z.object({ n: z.number() }) }), work);
    const record = (messageId: string, detail: object) => ({
      messageId,
      body: JSON.stringify({ detail }),
      attributes: {},
    });
    const batch = { Records: [record('new', newer), record('old', { n: 1 })] } as SQSEvent;
    expect(await handler(batch, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'new' }] });
    expect(work).toHaveBeenCalledTimes(1);
  });
});
