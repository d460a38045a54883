import * as z from 'zod';
import {
  type DeadLetterQueue,
  deadLettersName,
  fullQueueName,
  QUEUES,
  SCHEDULES,
} from '../../domain/monitoring/queues.ts';
import type { Ports } from '../../ports/index.ts';
import type { ReceivedMessage } from '../../ports/queues.ts';

type Needs = Pick<Ports, 'place' | 'queues' | 'logs' | 'clock'>;

export interface DeadLetter {
  readonly messageId: string;
  readonly sentAt: string;
  /** Why it could not be delivered, or what the function said when it failed on it last; null when neither is known. */
  readonly reason: string | null;
}

export interface DeadLetters {
  readonly queue: DeadLetterQueue;
  readonly deadLetters: string;
  /** The function that failed on them; null where there is none of one queue. */
  readonly fn: string | null;
  /** About how many wait. */
  readonly depth: number;
  /** The first of them, oldest first. */
  readonly messages: readonly DeadLetter[];
}

const HIDDEN_SECONDS = 60;
const MOST_SHOWN = 50;

/** What waits in a queue of dead letters, and why. Nothing is taken. @throws QueueNotFoundError */
export async function lookAtDeadLetters(ports: Needs, queue: DeadLetterQueue): Promise<DeadLetters> {
  const { place, queues } = ports;
  const deadLetters = deadLettersName(place, queue);
  const depth = await queues.depth(deadLetters);
  const seen: ReceivedMessage[] = [];
  try {
    while (depth > 0 && seen.length < MOST_SHOWN) {
      const batch = await queues.receive(deadLetters, HIDDEN_SECONDS);
      if (batch.length === 0) break;
      seen.push(...batch);
    }
  } finally {
    for (const message of seen) await queues.release(deadLetters, message);
  }
  const fn = queue === SCHEDULES ? null : QUEUES[queue];
  const messages: DeadLetter[] = [];
  for (const message of seen.sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1))) {
    const { messageId, sentAt } = message;
    messages.push({ messageId, sentAt, reason: (await reasonOf(ports, fn, message)) ?? null });
  }
  return { queue, deadLetters, fn, depth, messages };
}

/** EventBridge and the scheduler say it in attributes; of what a function failed on, its log knows. */
const reasonOf = async ({ logs }: Needs, fn: string | null, { messageId, sentAt, attributes }: ReceivedMessage) => {
  const { ERROR_CODE: code, ERROR_MESSAGE: message } = attributes;
  if (code || message) return `not delivered: ${[code, message].filter(Boolean).join(': ')}`;
  if (fn === null) return undefined;
  const line = failedRecord.safeParse(await logs.last(fn, messageId, sentAt));
  return line.success ? `${line.data.error.name}: ${line.data.error.message}` : undefined;
};

/** As shared/runtime/sqs-handler.ts writes it down. */
const failedRecord = z.object({ error: z.object({ name: z.string(), message: z.string() }) });

/**
 * Puts dead letters back into the queue that they came from: each is sent, then deleted, so that one that is interrupted comes twice and is
 * never lost, and every function takes the same message twice. (AWS has a move task for this; it cannot say what it moves.) A call of the
 * scheduler is removed instead: the next turn of the schedule does its work, and a late one would do it no better. What dies again while this
 * goes on is left for another time.
 * @returns how many were sent back, or removed
 * @throws QueueNotFoundError
 */
export async function redrive({ place, queues, clock }: Needs, queue: DeadLetterQueue): Promise<number> {
  const [deadLetters, source] = [deadLettersName(place, queue), fullQueueName(place, queue)];
  const began = clock();
  let done = 0;
  for (;;) {
    const batch = await queues.receive(deadLetters, HIDDEN_SECONDS);
    const mine = batch.filter((message) => message.sentAt < began);
    for (const message of mine) {
      if (queue !== SCHEDULES) await queues.send(source, message.body);
      await queues.delete(deadLetters, message);
      done += 1;
    }
    for (const message of batch) if (!mine.includes(message)) await queues.release(deadLetters, message);
    if (mine.length === 0) return done;
  }
}
