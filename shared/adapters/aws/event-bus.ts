import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../events/domain-events.ts';
import { PAYLOAD_VERSION } from '../../events/payload-version.ts';
import type { EventBus } from '../../ports/event-bus.ts';

/** PutEvents answers 200 for an event that it did not take: each entry's own answer is looked at. */
export class EventNotTakenError extends Error {
  override readonly name = 'EventNotTakenError';
}

export function eventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    publish: async (event) => {
      const { Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: EVENT_SOURCE,
              DetailType: event.type,
              Detail: JSON.stringify({ ...event, payloadVersion: PAYLOAD_VERSION }),
            },
          ],
        }),
      );
      const refused = Entries?.find((e) => e.ErrorCode !== undefined);
      if (refused)
        throw new EventNotTakenError(
          `bus ${busName} did not take ${event.type} of ${event.model}: ${refused.ErrorCode}: ${refused.ErrorMessage}`,
        );
    },
  };
}
