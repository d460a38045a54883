import type { Pipeline } from '../domain/names.ts';

/** How a state machine's execution ended, or that it has not. */
export interface ExecutionState {
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** Starts and describes executions of the pipelines' state machines (Step Functions). */
export interface Executions {
  /** Idempotent by name: an execution of that name, open or ended, counts as started. */
  start(pipeline: Pipeline, name: string, input: object): Promise<void>;
  /** @throws ExecutionNotFoundError when there is no such execution. */
  describe(executionArn: string): Promise<ExecutionState>;
}

export class ExecutionNotFoundError extends Error {
  override readonly name = 'ExecutionNotFoundError';
  constructor(executionArn: string, options?: ErrorOptions) {
    super(`no execution ${executionArn}`, options);
  }
}
