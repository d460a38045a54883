import { appendFile } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { RoleSession } from './ports.ts';

const FLUSH_MS = 1_000;
/** CloudWatch Logs takes 10,000 events and 1 MiB a call; an event at most 256 KiB. */
const MAX_EVENTS = 1_000;
const MAX_EVENT_CHARACTERS = 50_000;
const MAX_BATCH_CHARACTERS = 200_000;

/**
 * A container's output: to a file, and to CloudWatch Logs, as it comes. As on AWS, a role that may not write logs does not stop the
 * work: the lines are missing there, and `onLost` says so once.
 */
export class LogStream {
  readonly group: string;
  readonly stream: string;
  readonly #session: RoleSession;
  readonly #file: string;
  readonly #onLost: (reason: string) => void;
  #waiting: { timestamp: number; message: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #created = false;
  #lost = false;

  constructor(
    session: RoleSession,
    names: { group: string; stream: string },
    file: string,
    onLost: (reason: string) => void,
  ) {
    this.#session = session;
    this.group = names.group;
    this.stream = names.stream;
    this.#file = file;
    this.#onLost = onLost;
  }

  write(line: string): void {
    // CloudWatch Logs refuses an empty message.
    this.#waiting.push({ timestamp: Date.now(), message: line.slice(0, MAX_EVENT_CHARACTERS) || ' ' });
    this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#flush();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.#sending = this.#sending.then(() => this.#send(events));
    return this.#sending;
  }

  async #send(events: { timestamp: number; message: string }[]): Promise<void> {
    try {
      await appendFile(this.#file, events.map((event) => `${event.message}\n`).join(''));
      if (this.#lost) return;
      if (!this.#created) await this.#session.createLogStream(this.group, this.stream);
      this.#created = true;
      for (const batch of batches(events)) await this.#session.putLogEvents(this.group, this.stream, batch);
    } catch (error) {
      this.#lost = true;
      this.#onLost(`no logs in ${this.group}/${this.stream}: ${messageOf(error)}; they are in ${this.#file}`);
    }
  }
}

function* batches<E extends { message: string }>(events: readonly E[]): Generator<E[]> {
  let batch: E[] = [];
  let size = 0;
  for (const event of events) {
    if (batch.length >= MAX_EVENTS || size + event.message.length > MAX_BATCH_CHARACTERS) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(event);
    size += event.message.length;
  }
  if (batch.length > 0) yield batch;
}
