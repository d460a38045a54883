import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryQueues, memoryQueues } from '../../../shared/adapters/memory/queues.ts';
import { deadLettersName, fullQueueName } from '../../../shared/domain/monitoring/queues.ts';
import { QueueNotFoundError } from '../../../shared/ports/queues.ts';
import { lookAtDeadLetters, redrive } from '../../../shared/use-cases/monitoring/redrive.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { place } from '../../fixtures/pipeline-world.ts';

const SOURCE = fullQueueName(place, 'uploads');
const DEAD = deadLettersName(place, 'uploads');
const SCHEDULES = deadLettersName(place, 'schedules');
const BEFORE = '2026-01-01T00:00:00.000Z';
const NOW = '2026-01-02T00:00:00.000Z';

let queues: MemoryQueues;
let lines: Record<string, unknown>;
beforeEach(() => {
  queues = memoryQueues(SOURCE, DEAD, SCHEDULES);
  lines = {};
});
const ports = () => ({
  ...{ place, queues, clock: () => NOW },
  logs: { last: async (fn: string, text: string) => lines[`${fn} ${text}`] },
});
const fill = (count: number) => {
  for (let n = 0; n < count; n += 1) queues.put(DEAD, { body: `${n}`, sentAt: BEFORE });
};
const bodies = (queue: string) => queues.in(queue).map((m) => m.body);

describe('a look at dead letters', () => {
  it('tells why: what the sender said, or the function’s log; and leaves everything there', async () => {
    queues.put(DEAD, { messageId: 'failed', sentAt: NOW });
    lines['register-upload failed'] = { message: 'record failed', error: { name: 'RangeError', message: 'too much' } };
    queues.put(DEAD, { sentAt: BEFORE, attributes: { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not allowed' } });
    queues.put(DEAD, { messageId: 'killed', sentAt: '2026-01-03T00:00:00.000Z' });
    const look = () => lookAtDeadLetters(ports(), 'uploads');
    const found = await look();
    expect(found).toMatchObject({ queue: 'uploads', deadLetters: DEAD, fn: 'register-upload', depth: 3 });
    expect(found.messages.map((m) => m.reason)).toEqual([
      'not delivered: NO_PERMISSIONS: not allowed',
      'RangeError: too much',
      null,
    ]);
    expect(await look()).toEqual(found);
  });

  it('shows the first of very many', async () => {
    fill(75);
    const { depth, messages } = await lookAtDeadLetters(ports(), 'uploads');
    expect(depth).toBe(75);
    expect(messages).toHaveLength(50);
  });

  it('of a stage that is not there says so', async () => {
    await expect(lookAtDeadLetters(ports(), 'bundles')).rejects.toThrow(QueueNotFoundError);
  });
});

describe('a redrive', () => {
  it('puts all of them back', async () => {
    fill(23);
    expect(await redrive(ports(), 'uploads')).toBe(23);
    expect(bodies(DEAD)).toEqual([]);
    expect(bodies(SOURCE)).toHaveLength(23);
  });

  it('leaves what died since it began: it has no end otherwise', async () => {
    fill(1);
    queues.put(DEAD, { body: 'new', sentAt: NOW });
    expect(await redrive(ports(), 'uploads')).toBe(1);
    expect(bodies(DEAD)).toEqual(['new']);
    expect(await queues.receive(DEAD, 1)).toHaveLength(1);
  });

  it('removes calls of the scheduler: the next turn does their work', async () => {
    queues.put(SCHEDULES, { sentAt: BEFORE });
    expect(await redrive(ports(), 'schedules')).toBe(1);
    expect(bodies(SCHEDULES)).toEqual([]);
  });

  it('can die anywhere: nothing is lost, and the next one ends it', async () => {
    const all = ['0', '1', '2'];
    const places = await crashEverywhere(
      async () => {
        queues = memoryQueues(SOURCE, DEAD);
        fill(3);
        return ports();
      },
      async (world) => {
        queues.showAll();
        return redrive(world, 'uploads').finally(() => {
          expect(new Set([...bodies(SOURCE), ...bodies(DEAD)])).toEqual(new Set(all));
        });
      },
      async () => {
        expect(bodies(DEAD)).toEqual([]);
        expect([...new Set(bodies(SOURCE))].sort()).toEqual(all);
        expect(bodies(SOURCE).length).toBeLessThanOrEqual(4);
      },
    );
    expect(places).toBe(8);
  });
});
