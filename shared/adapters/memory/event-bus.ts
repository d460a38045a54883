import { type DomainEvent, domainEvent } from '../../events/domain-events.ts';
import type { EventBus } from '../../ports/event-bus.ts';

export interface MemoryEventBus extends EventBus {
  /** What was published, in order. */
  readonly published: readonly DomainEvent[];
}

/** Remembers what was published; an event that its own schema refuses is a bug of the publisher. */
export function memoryEventBus(): MemoryEventBus {
  const published: DomainEvent[] = [];
  return {
    published,
    publish: async (event) => {
      published.push(domainEvent.parse(event));
    },
  };
}
