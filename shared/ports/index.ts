import type { Place } from '../domain/names.ts';
import type { Account } from './account.ts';
import type { Alarms } from './alarms.ts';
import type { Clock } from './clock.ts';
import type { DataEngine } from './data-engine.ts';
import type { Endpoints } from './endpoints.ts';
import type { EventBus } from './event-bus.ts';
import type { Executions } from './executions.ts';
import type { Hosting } from './hosting.ts';
import type { Logs } from './logs.ts';
import type { Metrics } from './metrics.ts';
import type { Notifications } from './notifications.ts';
import type { ObjectStore } from './object-store.ts';
import type { Queues } from './queues.ts';
import type { RegistryStore } from './registry-store.ts';

/** All that a use case may ask of the world; each takes the few that it needs (`Pick<Ports, 'store' | 'clock'>`). */
export interface Ports {
  readonly place: Place;
  readonly store: RegistryStore;
  readonly objects: ObjectStore;
  readonly bus: EventBus;
  readonly executions: Executions;
  readonly endpoints: Endpoints;
  readonly hosting: Hosting;
  readonly metrics: Metrics;
  readonly account: Account;
  readonly alarms: Alarms;
  readonly notifications: Notifications;
  readonly queues: Queues;
  readonly logs: Logs;
  readonly engine: DataEngine;
  readonly clock: Clock;
}
