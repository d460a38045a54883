import { request } from 'node:http';
import { join } from 'node:path';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { LogStream } from '../cloud/log-stream.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { JobFailure } from '../errors.ts';
import type { Container } from '../processes.ts';
import { startContainer } from '../processes.ts';
import type { ContainerDisk } from '../scratch.ts';
import { baseEnvironment } from '../scratch.ts';

const SCRIPT = join(import.meta.dirname, '..', 'container', 'serve.py');
const STOP_GRACE_MS = 5_000;

export interface ServerOptions {
  readonly python: string;
  readonly disk: ContainerDisk;
  readonly model: CreateModelInput;
  readonly environment?: Readonly<Record<string, string>>;
  readonly session: RoleSession;
  readonly log: LogStream;
  /** So long may the container take until it answers /ping. */
  readonly startupMs: number;
  /** Aborting it gives up a start that is under way. */
  readonly signal: AbortSignal;
}

export interface ModelRequest {
  readonly body: Uint8Array | string;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ModelAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A serving container that answered /ping. */
export interface ModelServer {
  readonly container: Container;
  /** @throws Error when the container is gone or does not answer in time */
  invoke(request: ModelRequest): Promise<ModelAnswer>;
  stop(): Promise<void>;
}

/** Starts the container on a disk that holds the model. @throws JobFailure when it ends or does not answer /ping in time */
export async function startModelServer(options: ServerOptions): Promise<ModelServer> {
  const { disk, model, session, log } = options;
  const listening = Promise.withResolvers<number>();
  // The container may end before anybody waits for it.
  listening.promise.catch(() => undefined);
  const env = {
    ...baseEnvironment(),
    ...(await session.environment()),
    ...model.PrimaryContainer?.Environment,
    ...options.environment,
    SAGEMAKER_BASE_DIR: disk.base,
  };
  const container = startContainer({
    python: options.python,
    script: SCRIPT,
    cwd: disk.base,
    env,
    onLine: (line) => log.write(line),
    onControl: ({ port }) => listening.resolve(Number(port)),
  });
  await disk.describeProcess({ container: container.pid, processGroup: container.pid });
  const unhealthy = (why: string) => listening.reject(new JobFailure(why));
  container.exited.then(
    ({ code, signal }) => unhealthy(`the container ended (${signal ?? `exit code ${code}`})`),
    (error: Error) => unhealthy(`the container did not start: ${error.message}`),
  );
  const giveUp = () => unhealthy('stopped while it was starting');
  options.signal.addEventListener('abort', giveUp);
  if (options.signal.aborted) giveUp();
  const timer = setTimeout(() => unhealthy(`no answer within ${options.startupMs / 1000} s`), options.startupMs);
  try {
    const port = await listening.promise;
    const ping = await send(port, 'GET', '/ping', { body: '', timeoutMs: 2_000 });
    if (ping.status !== 200) throw new JobFailure(`/ping answered ${ping.status}`);
    return {
      container,
      invoke: (invocation) => send(port, 'POST', '/invocations', invocation),
      stop: async () => void (await container.stop(STOP_GRACE_MS)),
    };
  } catch (error) {
    await container.stop(STOP_GRACE_MS).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', giveUp);
  }
}

function send(port: number, method: string, path: string, sent: ModelRequest): Promise<ModelAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...sent.headers,
      'Content-Length': String(Buffer.byteLength(sent.body)),
      ...(sent.contentType ? { 'Content-Type': sent.contentType } : {}),
      ...(sent.accept ? { Accept: sent.accept } : {}),
    };
    const signal = AbortSignal.timeout(sent.timeoutMs);
    const call = request({ host: '127.0.0.1', port, method, path, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 500,
          contentType: response.headers['content-type'],
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    call.on('error', (error) => reject(signal.aborted ? new Error(TIMED_OUT, { cause: error }) : error));
    call.end(sent.body);
  });
}

const TIMED_OUT = 'Your invocation timed out while waiting for a response from container primary.';
