import { randomUUID } from 'node:crypto';
import type { CreateEndpointConfigInput, CreateModelInput } from '@aws-sdk/client-sagemaker';
import { FAILURE_REASON_LIMIT, messageOf } from '../errors.ts';
import { resolvedImage } from '../image.ts';
import type { Deployment, Endpoint } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { Fleet } from './fleet.ts';

/** The endpoints, and what serves each of them. */
export class Endpoints {
  readonly #around: Surroundings;
  readonly #digest: string;
  readonly #serving = new Map<string, Fleet>();
  readonly #all = new Set<Fleet>();
  readonly #working = new Set<Promise<void>>();
  #closing = false;

  /** @param digest names the local runtime, see `runtimeDigest` */
  constructor(around: Surroundings, digest: string) {
    this.#around = around;
    this.#digest = digest;
  }

  plan(config: CreateEndpointConfigInput, model: CreateModelInput): Deployment {
    const image = resolvedImage(model.PrimaryContainer?.Image ?? '', this.#digest);
    return { id: randomUUID(), config, model, resolvedImage: image, resolved: this.#around.now() };
  }

  fleet = (endpoint: string): Fleet | undefined => this.#serving.get(endpoint);

  /** Brings the pending deployment to life, in the background. */
  deploy(name: string): void {
    this.#work(name, () => this.#deploy(name));
  }

  remove(name: string): void {
    this.#work(name, async () => {
      await this.#retire(this.#serving.get(name));
      this.#serving.delete(name);
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
    this.#closing = true;
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
    const old = this.#serving.get(name);
    this.#serving.set(name, fleet);
    const { pending: _, failureReason: __, ...endpoint } = this.#current(name);
    this.#save({ ...endpoint, status: 'InService', serving: pending });
    await this.#retire(old);
  }

  /** A first deployment that fails leaves the endpoint Failed; a later one leaves it on what served before. */
  #fail(name: string, reason: string): void {
    const { pending: _, ...endpoint } = this.#current(name);
    const status = endpoint.serving ? 'InService' : 'Failed';
    this.#save({ ...endpoint, status, failureReason: reason.slice(0, FAILURE_REASON_LIMIT) });
  }

  #resumeServing(endpoint: Endpoint, deployment: Deployment): void {
    const fleet = this.#newFleet(endpoint.name, deployment);
    this.#serving.set(endpoint.name, fleet);
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
