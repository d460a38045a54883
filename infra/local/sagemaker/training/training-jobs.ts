import type { SecondaryStatus } from '@aws-sdk/client-sagemaker';
import { messageOf } from '../errors.ts';
import type { Interruption } from '../interruption.ts';
import { INTERRUPTED_BY_US } from '../interruption.ts';
import type { TrainingJob } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { Slots } from '../slots.ts';
import { runTrainingJob } from './run-training-job.ts';
import type { Ending } from './training-status.ts';
import { ended, entered } from './training-status.ts';

/** So many training processes at once; others wait in `Starting`, as they would for an instance. */
const CONCURRENT_JOBS = 2;

/** The training jobs in progress. */
export class TrainingJobs {
  readonly #around: Surroundings;
  readonly #slots = new Slots(CONCURRENT_JOBS);
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Jobs that were in progress when local SageMaker ended cannot be continued. */
  failInterrupted(): void {
    for (const job of this.#around.store.list('training-job')) {
      if (job.status === 'InProgress' || job.status === 'Stopping') {
        this.#end(job.name, { status: 'Failed', failureReason: INTERRUPTED_BY_US });
      }
    }
  }

  start(job: TrainingJob): void {
    const abort = new AbortController();
    const done = this.#slots
      .run(() => this.#run(job, abort), abort.signal)
      .catch((error: unknown) => {
        this.#around.report(`training job ${job.name}: ${messageOf(error)}`);
      });
    this.#running.set(job.name, { abort, done: done.finally(() => this.#running.delete(job.name)) });
  }

  interrupt(name: string, why: Interruption): void {
    this.#running.get(name)?.abort.abort(why);
  }

  async shutdown(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort('shutdown');
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #run(job: TrainingJob, abort: AbortController): Promise<void> {
    const enter = (status: SecondaryStatus): void => {
      const current = this.#around.store.get('training-job', job.name);
      if (current?.status !== 'InProgress') return;
      const started = status === 'Downloading' ? { started: this.#around.now() } : {};
      this.#around.store.change('training-job', job.name, {
        ...entered(current, status, this.#around.now()),
        ...started,
      });
    };
    const limit = job.request.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400;
    // setTimeout holds no more than 2^31 ms, 24.8 days.
    const timer = setTimeout(() => abort.abort('max-runtime'), Math.min(limit * 1000, 2 ** 31 - 1));
    try {
      this.#end(job.name, await runTrainingJob(this.#around, job, abort.signal, enter));
    } finally {
      clearTimeout(timer);
    }
  }

  #end(name: string, ending: Ending): void {
    const job = this.#around.store.get('training-job', name);
    if (job) this.#around.store.put('training-job', ended(job, ending, this.#around.now()));
  }
}
