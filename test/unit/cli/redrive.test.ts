import { describe, expect, it } from 'vitest';
import type { MemoryQueues } from '../../../shared/adapters/memory/queues.ts';
import { DEAD_LETTER_QUEUES, deadLettersName, fullQueueName } from '../../../shared/domain/monitoring/queues.ts';
import { place } from './fixture.ts';
import { historySession, json, modelloop } from './terminal.ts';

const DEAD = deadLettersName(place, 'uploads');

const withDeadLetters = async () => {
  const session = await historySession();
  const queues = session.ports.queues as MemoryQueues;
  for (const body of ['1', '2']) queues.put(DEAD, { body, sentAt: '2026-03-01T11:00:00.000Z' });
  return { session, queues };
};

describe('modelloop redrive', () => {
  it.each([[[]], [['--all', '--dry-run']], [['--queue', 'uploads', '--dry-run']]])('%j only looks', async (options) => {
    const { session, queues } = await withDeadLetters();
    const { code, stdout } = await modelloop(['redrive', ...options], { session });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^uploads: 2 messages\n.*1 hour ago.*no reason was found in the log of register-upload/);
    expect(stdout).toContain('to send them back: npx modelloop redrive');
    expect(queues.in(DEAD)).toHaveLength(2);
  });

  it.each([['uploads'], ['uploads-dead'], [DEAD]])('--queue %s puts its messages back', async (name) => {
    const { session, queues } = await withDeadLetters();
    const { stdout } = await modelloop(['redrive', '--queue', name], { session });
    expect(stdout).toMatch(/^uploads: 2 messages sent back\n/);
    expect(queues.in(DEAD)).toHaveLength(0);
    expect(queues.in(fullQueueName(place, 'uploads'))).toHaveLength(2);
  });

  it('--all --json tells of each queue', async () => {
    const { session } = await withDeadLetters();
    const found = json(await modelloop(['redrive', '--all', '--json'], { session })) as { queues: object[] };
    expect(found.queues).toHaveLength(DEAD_LETTER_QUEUES.length);
    expect(found).toMatchObject({ dryRun: false, stage: 'test' });
    expect(found.queues[0]).toMatchObject({ queue: 'uploads', depth: 2, done: 'sent back', count: 2 });
    expect(found.queues.at(-1)).toMatchObject({ queue: 'schedules', fn: null, done: 'removed', count: 0 });
  });

  it('says so when nothing waits, and which queues there are when one is not known', async () => {
    expect((await modelloop(['redrive'])).stdout).toBe('no dead letters\n');
    const { code, stderr } = await modelloop(['redrive', '--queue', 'upload']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/no queue "upload"[\s\S]*uploads, bundles, triggers/);
    expect((await modelloop(['redrive', '--queue', 'uploads', '--all'])).code).toBe(2);
  });
});
