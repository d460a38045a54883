import { randomUUID } from 'node:crypto';

/** A request that reached a model. */
export interface Invocation {
  readonly endpoint: string;
  readonly variant: string;
  /** The endpoint configuration of the fleet that answered. */
  readonly config: string;
  /** When it was answered, in milliseconds since the epoch. */
  readonly time: number;
  /** The model's HTTP status; 0 when it gave no answer. */
  readonly status: number;
  /** Microseconds. */
  readonly modelLatency: number;
}

/** Older ones are forgotten: whoever makes metrics of them looks every few seconds. */
const KEPT = 10_000;

/** The last invocations of all endpoints, for `GET /metrics`: what SageMaker itself would send to CloudWatch. */
export class InvocationLog {
  readonly #id = randomUUID();
  #invocations: Invocation[] = [];
  #last = 0;

  add(invocation: Invocation): void {
    this.#last++;
    this.#invocations.push(invocation);
    if (this.#invocations.length > 2 * KEPT) this.#invocations = this.#invocations.slice(-KEPT);
  }

  /** @param number of the last invocation that the caller knows; 0 gives all that are kept */
  after(number: number): { log: string; last: number; invocations: readonly Invocation[] } {
    const unknown = Math.max(0, this.#last - number);
    const invocations = unknown === 0 ? [] : this.#invocations.slice(-unknown);
    return { log: this.#id, last: this.#last, invocations };
  }
}
