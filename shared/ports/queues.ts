/** A message that was received: nobody else receives it before it is released, or its time is over. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  /** When it was first put into a queue, ISO 8601. */
  readonly sentAt: string;
  /** What the sender said about it: of a message that could not be delivered, why. */
  readonly attributes: Readonly<Record<string, string>>;
  /** For whoever received it. */
  readonly receipt: string;
}

/** Queues, by their full names (SQS). @throws QueueNotFoundError from each */
export interface Queues {
  /** About how many messages are there, those that somebody is at work on included. */
  depth(queue: string): Promise<number>;
  /** At most 10; none is not proof that there is none. */
  receive(queue: string, hiddenForSeconds: number): Promise<readonly ReceivedMessage[]>;
  send(queue: string, body: string): Promise<void>;
  release(queue: string, message: ReceivedMessage): Promise<void>;
  delete(queue: string, message: ReceivedMessage): Promise<void>;
}

export class QueueNotFoundError extends Error {
  override readonly name = 'QueueNotFoundError';
  constructor(queue: string, options?: ErrorOptions) {
    super(`there is no queue ${queue}`, options);
  }
}
