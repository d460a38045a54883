import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import { CaptureWriter } from '../capture/capture-writer.ts';
import { Spool } from '../capture/spool.ts';
import { LogStream } from '../cloud/log-stream.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { UnreachableError } from '../cloud/ports.ts';
import { JobFailure, messageOf } from '../errors.ts';
import type { Deployment } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { ContainerDisk } from '../scratch.ts';
import type { ModelAnswer, ModelRequest } from './container-http.ts';
import { prepareModelData } from './model-data.ts';
import type { ModelServer } from './model-server.ts';
import { startModelServer } from './model-server.ts';

const DEFAULT_STARTUP_S = 480;
const RESTART_DELAY_MS = 1_000;
/** So long a restarted endpoint waits for the cloud around it to come up. */
const CLOUD_DEADLINE_MS = 180_000;

/** What serves one deployment: one container process, whatever the number of instances, and its data capture. */
export class Fleet {
  readonly disk: ContainerDisk;
  readonly #around: Surroundings;
  readonly #endpoint: string;
  readonly #deployment: Deployment;
  readonly #inFlight = new Set<Promise<unknown>>();
  #log: LogStream | undefined;
  #server: Promise<ModelServer> | undefined;
  readonly #stopping = new AbortController();
  capture: CaptureWriter | undefined;

  constructor(around: Surroundings, endpoint: string, deployment: Deployment) {
    this.#around = around;
    this.#endpoint = endpoint;
    this.#deployment = deployment;
    this.disk = new ContainerDisk(join(around.settings.scratchDir, 'endpoints', endpoint, deployment.id));
  }

  get variant(): ProductionVariant {
    const variant = this.#deployment.config.ProductionVariants?.[0];
    if (!variant) throw new Error(`the endpoint ${this.#endpoint} has no variant`);
    return variant;
  }

  get config(): string {
    return this.#deployment.config.EndpointConfigName ?? '';
  }

  get logStreamArn(): string {
    const { region, account } = this.#around.settings;
    return `arn:aws:logs:${region}:${account}:log-group:${this.#log?.group}:log-stream:${this.#log?.stream}`;
  }

  /** A new deployment: brings the model and starts its container. @throws JobFailure when it does not get healthy */
  async start(): Promise<void> {
    const session = await this.#connect();
    await prepareModelData(this.disk, this.#deployment.model, session);
    this.#server = this.#launch(session);
    await this.#server;
  }

  /** After a restart of local SageMaker: the disk still holds the model; the cloud may not be up yet. */
  async resume(): Promise<void> {
    this.#server = this.#connectWithin(CLOUD_DEADLINE_MS).then((session) => this.#launch(session));
    await this.#server;
  }

  /** @throws Error when the container does not answer */
  async invoke(request: ModelRequest): Promise<ModelAnswer> {
    const answer = (async () => {
      if (!this.#server) throw new Error('the container is not started');
      return (await this.#server).invoke(request);
    })();
    this.#inFlight.add(answer);
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(answer);
    }
  }

  /** Lets requests in flight finish (unless told to hurry), ends the container, and writes what was captured. */
  async stop({ drain }: { drain: boolean }): Promise<void> {
    this.#stopping.abort();
    if (drain) await Promise.allSettled([...this.#inFlight]);
    const server = await this.#server?.catch(() => undefined);
    await server?.stop();
    await this.capture?.close();
    await this.#log?.close();
  }

  async #connect(): Promise<RoleSession> {
    const { model, config } = this.#deployment;
    const session = await this.#around.cloud.assume(model.ExecutionRoleArn ?? '', `SageMaker-${this.#endpoint}`);
    const names = {
      group: `/aws/sagemaker/Endpoints/${this.#endpoint}`,
      stream: `${this.variant.VariantName}/${this.#deployment.id}`,
    };
    this.#log = new LogStream(session, names, this.disk.logFile, this.#around.report);
    if (config.DataCaptureConfig?.EnableCapture) {
      const place = { endpoint: this.#endpoint, variant: this.variant.VariantName ?? '' };
      const spool = new Spool(join(this.disk.root, 'captures'));
      this.capture = new CaptureWriter(session, config.DataCaptureConfig, place, spool, this.#around.report);
      await this.capture.resend();
    }
    return session;
  }

  async #connectWithin(ms: number): Promise<RoleSession> {
    const deadline = Date.now() + ms;
    for (;;) {
      try {
        return await this.#connect();
      } catch (error) {
        if (!(error instanceof UnreachableError) || this.#stopping.signal.aborted || Date.now() > deadline) throw error;
        await delay(RESTART_DELAY_MS);
      }
    }
  }

  async #launch(session: RoleSession): Promise<ModelServer> {
    if (!this.#log) throw new Error('no log stream');
    const startup = this.variant.ContainerStartupHealthCheckTimeoutInSeconds ?? DEFAULT_STARTUP_S;
    const server = await startModelServer({
      python: this.#around.settings.python,
      disk: this.disk,
      model: this.#deployment.model,
      session,
      log: this.#log,
      startupMs: startup * 1000,
      signal: this.#stopping.signal,
    }).catch((error: unknown) => {
      throw new JobFailure(
        `The primary container for production variant ${this.variant.VariantName} did not pass the ping health check. Please check ` +
          `CloudWatch logs for this endpoint. (${messageOf(error)}; log: ${this.disk.logFile})`,
        { cause: error },
      );
    });
    // As on AWS, a container that ends is started again; meanwhile requests wait.
    void server.container.exited.then(() => this.#restart(session));
    if (this.#stopping.signal.aborted) await server.stop();
    return server;
  }

  #restart(session: RoleSession): void {
    if (this.#stopping.signal.aborted) return;
    this.#around.report(`endpoint ${this.#endpoint}: the container ended and is started again`);
    this.#server = delay(RESTART_DELAY_MS).then(() => this.#launch(session));
    this.#server.catch((error: unknown) => this.#around.report(`endpoint ${this.#endpoint}: ${messageOf(error)}`));
  }
}
