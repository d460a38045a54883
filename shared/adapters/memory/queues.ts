import { QueueNotFoundError, type Queues, type ReceivedMessage } from '../../ports/queues.ts';

type Message = Omit<ReceivedMessage, 'receipt'>;

export interface MemoryQueues extends Queues {
  /** What is in a queue, hidden messages too. */
  readonly in: (queue: string) => readonly Message[];
  readonly put: (queue: string, message: Partial<Message>) => void;
  /** The time of hidden messages is over. */
  readonly showAll: () => void;
}

export function memoryQueues(...names: string[]): MemoryQueues {
  const queues = new Map(names.map((name) => [name, [] as Message[]]));
  const hidden = new Set<Message>();
  let made = 0;
  const of = (queue: string): Message[] => {
    const found = queues.get(queue);
    if (!found) throw new QueueNotFoundError(queue);
    return found;
  };
  const put: MemoryQueues['put'] = (queue, message) => {
    made += 1;
    of(queue).push({ messageId: `m${made}`, body: '{}', sentAt: new Date().toISOString(), attributes: {}, ...message });
  };
  const find = (queue: string, { receipt }: ReceivedMessage) => of(queue).findIndex((m) => m.messageId === receipt);
  return {
    in: of,
    put,
    showAll: () => hidden.clear(),
    depth: async (queue) => of(queue).length,
    receive: async (queue) => {
      const received = of(queue)
        .filter((m) => !hidden.has(m))
        .slice(0, 10);
      for (const message of received) hidden.add(message);
      return received.map((m) => ({ ...m, receipt: m.messageId }));
    },
    send: async (queue, body) => put(queue, { body }),
    release: async (queue, message) => {
      const found = of(queue)[find(queue, message)];
      if (found) hidden.delete(found);
    },
    delete: async (queue, message) => {
      const at = find(queue, message);
      if (at >= 0) of(queue).splice(at, 1);
    },
  };
}
