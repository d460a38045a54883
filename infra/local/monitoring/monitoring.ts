import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm.ts';
import { alarmsOf, setState } from './alarms-of-cloud.ts';
import { readDatapoints } from './datapoints.ts';
import { evaluateAlarm } from './evaluate-alarm.ts';
import type { Feed } from './feed/feed.ts';
import type { Notes } from './notes.ts';

export interface MonitoringOptions {
  readonly client: CloudWatchClient;
  readonly feed: Feed;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A line for whoever runs the local cloud. */
  readonly report: (line: string) => void;
}

/** A pause this long between two looks is a laptop that slept, or an emulator that was away: nothing could be measured. */
const GAP_MS = 60_000;

/** CloudWatch's part of the local cloud: looks at all alarms once at each `tick`. */
export class Monitoring {
  readonly #options: MonitoringOptions;
  #observedSince: number;
  #lastLook: number;
  #failing = new Set<string>();

  constructor(options: MonitoringOptions) {
    this.#options = options;
    this.#observedSince = options.now();
    this.#lastLook = this.#observedSince;
  }

  /** @throws when the emulator cannot be asked for its alarms: nothing was done then */
  async tick(): Promise<Omit<Notes, 'pid'>> {
    const { client, feed, now } = this.#options;
    const { alarms, refusals } = await alarmsOf(client);
    if (now() - this.#lastLook > GAP_MS) this.#observedSince = now();
    this.#lastLook = now();
    const { lacking, failures } = await feed.run(alarms, now());
    await this.#evaluate(alarms, failures);
    this.#reportFailures(failures);
    return {
      alarmsNotEvaluated: refusals.map(({ alarm, reason }) => `${alarm}: ${reason}`).sort(),
      metricsNotFed: lacking.sort(),
    };
  }

  async #evaluate(alarms: readonly Alarm[], failures: unknown[]): Promise<void> {
    const { client, report, now } = this.#options;
    const circumstances = { now: now(), observedSince: this.#observedSince };
    const datapoints = await readDatapoints(client, alarms, circumstances.now);
    for (const alarm of alarms) {
      const outcome = evaluateAlarm(alarm, datapoints.get(alarm) ?? [], circumstances);
      if (outcome.state === alarm.state) continue;
      try {
        await setState(client, alarm, outcome);
        report(`${alarm.name}: ${alarm.state} -> ${outcome.state}: ${outcome.reason}`);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  /** Each failure once, until it has not happened for a look. */
  #reportFailures(failures: readonly unknown[]): void {
    const texts = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
    for (const text of texts) if (!this.#failing.has(text)) this.#options.report(`trying again: ${text}`);
    this.#failing = new Set(texts);
  }
}
