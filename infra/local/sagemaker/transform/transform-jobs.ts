import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { FAILURE_REASON_LIMIT, JobFailure, messageOf } from '../errors.ts';
import { INTERRUPTED_BY_US } from '../interruption.ts';
import type { TransformJob } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { Slots } from '../slots.ts';
import { runTransformJob } from './run-transform-job.ts';

/** So many at once; others wait, InProgress, as they would for an instance. */
const CONCURRENT_JOBS = 2;

/** The transform jobs in progress. */
export class TransformJobs {
  readonly #around: Surroundings;
  readonly #slots = new Slots(CONCURRENT_JOBS);
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  failInterrupted(): void {
    for (const job of this.#around.store.list('transform-job')) {
      if (job.status !== 'InProgress' && job.status !== 'Stopping') continue;
      this.#end(job.name, { status: 'Failed', failureReason: INTERRUPTED_BY_US });
    }
  }

  /** The model is taken as it is now: deleting it does not touch the job. */
  start(job: TransformJob): void {
    const model = this.#around.store.get('model', job.request.ModelName ?? '');
    if (!model) throw new Error(`no model ${job.request.ModelName}`);
    const abort = new AbortController();
    const done = this.#slots
      .run(() => this.#run(job, model.request, abort.signal), abort.signal)
      .catch((error: unknown) => {
        this.#around.report(`transform job ${job.name}: ${messageOf(error)}`);
      });
    this.#running.set(job.name, { abort, done: done.finally(() => this.#running.delete(job.name)) });
  }

  interrupt(name: string, why: 'stopped' | 'shutdown'): void {
    this.#running.get(name)?.abort.abort(why);
  }

  async shutdown(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort('shutdown');
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #run(job: TransformJob, model: CreateModelInput, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      this.#around.store.change('transform-job', job.name, { started: this.#around.now() });
      await runTransformJob(this.#around, job, model, signal);
      this.#end(job.name, { status: signal.aborted ? 'Stopped' : 'Completed' });
    } catch (error) {
      this.#end(job.name, endingOf(error, signal));
    }
  }

  #end(name: string, ending: Pick<TransformJob, 'status' | 'failureReason'>): void {
    this.#around.store.change('transform-job', name, { ...ending, ended: this.#around.now() });
  }
}

function endingOf(error: unknown, signal: AbortSignal): Pick<TransformJob, 'status' | 'failureReason'> {
  if (signal.aborted && signal.reason === 'stopped') return { status: 'Stopped' };
  if (signal.aborted) return { status: 'Failed', failureReason: INTERRUPTED_BY_US };
  const reason = error instanceof JobFailure ? error.message : `InternalServerError: ${messageOf(error)}`;
  return { status: 'Failed', failureReason: reason.slice(0, FAILURE_REASON_LIMIT) };
}
