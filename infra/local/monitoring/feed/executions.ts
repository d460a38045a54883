import {
  type ExecutionStatus,
  paginateListExecutions,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import type { WatchedMetric } from '../alarm.ts';
import { type Measured, otherDimensions, type Source } from './source.ts';

const STATUSES: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionsFailed: 'FAILED',
  ExecutionsTimedOut: 'TIMED_OUT',
  ExecutionsAborted: 'ABORTED',
  ExecutionsSucceeded: 'SUCCEEDED',
};

/** One that ended in the same moment as another may be listed after it. */
const LOOK_BACK_MS = 60_000;

/** AWS/States: 1 for each execution that ended so, at the time when it did. */
export class Executions implements Source {
  readonly namespace = 'AWS/States';
  absent: readonly string[] = [];
  /** Executions that ended before are counted already; in milliseconds since the epoch. */
  readonly #countedUntil: number;
  readonly #sfn: SFNClient;
  readonly #counted = new Set<string>();

  constructor(sfn: SFNClient, countedUntil: number) {
    this.#sfn = sfn;
    this.#countedUntil = countedUntil;
  }

  lacks(metric: WatchedMetric): string | undefined {
    if (!STATUSES[metric.name]) return `of executions there are only ${Object.keys(STATUSES).join(', ')}`;
    return otherDimensions(metric, 'StateMachineArn');
  }

  async measure(metrics: readonly WatchedMetric[]): Promise<Measured[]> {
    const absent: string[] = [];
    const measured = [];
    for (const metric of metrics) {
      const ended = await this.#ended(metric);
      if (!ended) absent.push(`there is no state machine ${metric.dimensions.StateMachineArn}`);
      for (const time of ended ?? []) measured.push({ metric, time, values: [1] });
    }
    this.absent = absent;
    return measured;
  }

  /** When executions ended with that status which are not counted yet. */
  async #ended({ name, dimensions }: WatchedMetric): Promise<number[] | undefined> {
    const request = { stateMachineArn: dimensions.StateMachineArn, statusFilter: STATUSES[name], maxResults: 100 };
    const times: number[] = [];
    let newest = 0;
    try {
      for await (const { executions = [] } of paginateListExecutions({ client: this.#sfn }, request))
        for (const { executionArn = '', stopDate } of executions) {
          const ended = stopDate?.getTime() ?? 0;
          // The list has the last that ended first.
          if (ended < Math.max(this.#countedUntil, newest - LOOK_BACK_MS)) return times;
          newest = Math.max(newest, ended);
          if (this.#counted.has(executionArn)) continue;
          this.#counted.add(executionArn);
          times.push(ended);
        }
    } catch (error) {
      if (error instanceof StateMachineDoesNotExist) return undefined;
      throw error;
    }
    return times;
  }
}
