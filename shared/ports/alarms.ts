import type { FiredAlarm, ReleaseAlarm } from '../domain/deployment/canary.ts';

/** Alarms that come and go with a deployment (CloudWatch); those that stay are in the templates. */
export interface Alarms {
  /** Makes it, or changes it; its state stays what it was. */
  put(alarm: ReleaseAlarm): Promise<void>;
  /** @returns why, when there is such an alarm and it is in ALARM */
  fired(name: string): Promise<FiredAlarm | undefined>;
  /** One that is not there counts as deleted. */
  delete(name: string): Promise<void>;
}
