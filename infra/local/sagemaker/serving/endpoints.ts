import { randomUUID } from 'node:crypto';
import type { CreateEndpointConfigInput, CreateModelInput } from '@aws-sdk/client-sagemaker';
import { FAILURE_REASON_LIMIT, messageOf } from '../errors.ts';
import { resolvedImage } from '../image.ts';
import type { Deployment, Endpoint } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { Fleet } from './fleet.ts';
import { type Rollout, shift } from './rollout.ts';
import { Traffic } from './traffic.ts';

/** The endpoints, and what serves each of them. */
export class Endpoints {
  readonly #around: Surroundings;
  readonly #digest: string;
  readonly #traffic = new Map<string, Traffic<Fleet>>();
  readonly #all = new Set<Fleet>();
  readonly #working = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  /** @param digest names the local runtime, see `runtimeDigest` */
  constructor(around: Surroundings, digest: string) {
    this.#around = around;
    this.#digest = digest;
  }

  plan(config: CreateEndpointConfigInput, model: CreateModelInput, rollout?: Rollout): Deployment {
    const image = resolvedImage(model.PrimaryContainer?.Image ?? '', this.#digest);
    const resolved = this.#around.now();
    return { id: randomUUID(), config, model, resolvedImage: image, resolved, ...(rollout && { rollout }) };
  }

  /** The one that is to answer the endpoint's next call. */
  nextFleet = (endpoint: string): Fleet | undefined => this.#traffic.get(endpoint)?.next();

  /** Brings the pending deployment to life, in the background. */
  deploy(name: string): void {
    this.#work(name, () => this.#deploy(name));
  }

  remove(name: string): void {
    this.#work(name, async () => {
      await this.#retire(this.#traffic.get(name)?.main);
      this.#traffic.delete(name);
      this.#around.store.remove('endpoint', name);
    });
  }

  /** After a restart: what served serves again, what was under way is begun again. */
  resume(): void {
    for (const endpoint of this.#around.store.list('endpoint')) {
      if (endpoint.serving) this.#resumeServing(endpoint, endpoint.serving);
      if (endpoint.status === 'Deleting') this.remove(endpoint.name);
      else if (endpoint.pending) this.deploy(endpoint.name);
    }
  }

  async shutdown(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled([...this.#all].map((fleet) => fleet.stop({ drain: false })));
    await Promise.allSettled([...this.#working]);
  }

  async #deploy(name: string): Promise<void> {
    const { pending } = this.#current(name);
    if (!pending) return;
    const fleet = this.#newFleet(name, pending);
    try {
      await fleet.start();
    } catch (error) {
      await this.#retire(fleet);
      if (!this.#closing) this.#fail(name, messageOf(error));
      return;
    }
    if (this.#closing) return;
    const before = this.#traffic.get(name)?.main;
    const wentBack = await this.#shift(name, pending, fleet);
    if (this.#closing) return;
    if (wentBack !== undefined) {
      this.#save({ ...this.#current(name), status: 'RollingBack' });
      await this.#retire(fleet);
      if (!this.#closing) this.#fail(name, wentBack);
      return;
    }
    const { pending: _, stage: __, failureReason: ___, ...endpoint } = this.#current(name);
    this.#save({ ...endpoint, status: 'InService', serving: pending });
    await this.#retire(before);
  }

  /** @returns why all calls went back to the fleet before, undefined when they are the new one's */
  async #shift(name: string, { rollout, model }: Deployment, fleet: Fleet): Promise<string | undefined> {
    const traffic = this.#traffic.get(name) ?? new Traffic(fleet);
    this.#traffic.set(name, traffic);
    if (!rollout || traffic.main === fleet) {
      traffic.shift(fleet);
      return undefined;
    }
    this.#save({ ...this.#current(name), stage: 'Baking' });
    const { waitScale } = this.#around.settings;
    try {
      const session = await this.#around.cloud.assume(model.ExecutionRoleArn ?? '', `SageMaker-${name}`);
      return await shift({ traffic, fleet, rollout, session, waitScale, signal: this.#ending.signal });
    } catch (error) {
      return messageOf(error);
    }
  }

  get #closing(): boolean {
    return this.#ending.signal.aborted;
  }

  /** A first deployment that fails leaves the endpoint Failed; a later one leaves it on what served before. */
  #fail(name: string, reason: string): void {
    const { pending: _, stage: __, ...endpoint } = this.#current(name);
    const status = endpoint.serving ? 'InService' : 'Failed';
    this.#save({ ...endpoint, status, failureReason: reason.slice(0, FAILURE_REASON_LIMIT) });
  }

  #resumeServing(endpoint: Endpoint, deployment: Deployment): void {
    const fleet = this.#newFleet(endpoint.name, deployment);
    this.#traffic.set(endpoint.name, new Traffic(fleet));
    this.#work(endpoint.name, async () => {
      try {
        await fleet.resume();
      } catch (error) {
        if (this.#closing) return;
        const current = this.#around.store.get('endpoint', endpoint.name);
        if (current) this.#save({ ...current, status: 'Failed', failureReason: messageOf(error) });
      }
    });
  }

  #newFleet(name: string, deployment: Deployment): Fleet {
    const fleet = new Fleet(this.#around, name, deployment);
    this.#all.add(fleet);
    return fleet;
  }

  async #retire(fleet: Fleet | undefined): Promise<void> {
    if (!fleet) return;
    await fleet.stop({ drain: true });
    this.#all.delete(fleet);
    if (!this.#closing) await fleet.disk.forgetData();
  }

  #current(name: string): Endpoint {
    const endpoint = this.#around.store.get('endpoint', name);
    if (!endpoint) throw new Error(`the endpoint ${name} is gone`);
    return endpoint;
  }

  #save(endpoint: Endpoint): void {
    this.#around.store.put('endpoint', { ...endpoint, modified: this.#around.now() });
  }

  #work(name: string, task: () => Promise<void>): void {
    const work = task().catch((error: unknown) => this.#around.report(`endpoint ${name}: ${messageOf(error)}`));
    this.#working.add(work);
    void work.finally(() => this.#working.delete(work));
  }
}
