import type { DomainEvent } from '../events/domain-events.ts';

/** Our own events travel on one custom bus; delivery is at least once and unordered. */
export interface EventBus {
  /** @throws when the bus does not take the event: the caller is retried as a whole. */
  publish(event: DomainEvent): Promise<void>;
}
