import type { AlarmKind, Place } from '../names.ts';
import type {
  Deployment,
  DriftMonitor,
  FreshnessMonitor,
  Hold,
  NotServing,
  Release,
  Retraining,
  Run,
} from '../records.ts';

/** What a page is composed of: the alarm, and what the registry knows of its model. Times are ISO 8601. */
export interface PageFacts {
  readonly place: Place;
  readonly kind: AlarmKind;
  readonly alarm: {
    readonly name: string;
    readonly description: string;
    readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
    readonly reason: string;
    readonly changedAt: string;
  };
  readonly model?: string;
  /** The queue's short name. */
  readonly queue?: string;
  readonly live?: Release;
  /** What was live before what is live now: what a rollback brings back. */
  readonly before?: Release;
  readonly drift?: DriftMonitor;
  readonly freshness?: FreshnessMonitor;
  readonly retraining?: Retraining;
  /** Of the live release. */
  readonly notServing?: NotServing;
  readonly hold?: Hold;
  /** The newest ones. */
  readonly failedRun?: Run;
  readonly failedDeployment?: Deployment;
}
