import { join } from 'node:path';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { LogStream } from '../cloud/log-stream.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { JobFailure } from '../errors.ts';
import type { Container } from '../processes.ts';
import { startContainer } from '../processes.ts';
import type { ContainerDisk } from '../scratch.ts';
import { baseEnvironment } from '../scratch.ts';
import type { ModelAnswer, ModelRequest } from './container-http.ts';
import { send } from './container-http.ts';

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

/** A serving container that answered /ping. */
export interface ModelServer {
  readonly container: Container;
  /** @throws Error when the container is gone or does not answer in time */
  invoke(request: ModelRequest): Promise<ModelAnswer>;
  stop(): Promise<void>;
}

/** Starts the container on a disk that holds the model. @throws JobFailure when it ends or does not answer /ping in time */
export async function startModelServer(options: ServerOptions): Promise<ModelServer> {
  const listening = Promise.withResolvers<number>();
  // The container may end before anybody waits for its port.
  listening.promise.catch(() => undefined);
  const container = await launch(options, listening.resolve);
  try {
    const port = await healthyPort(container, listening, options);
    return {
      container,
      invoke: (invocation) => send(port, 'POST', '/invocations', invocation),
      stop: async () => void (await container.stop(STOP_GRACE_MS)),
    };
  } catch (error) {
    await container.stop(STOP_GRACE_MS).catch(() => undefined);
    throw error;
  }
}

async function launch(options: ServerOptions, onPort: (port: number) => void): Promise<Container> {
  const { disk, model, session, log } = options;
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
    onControl: ({ port }) => onPort(Number(port)),
  });
  await disk.describeProcess({ container: container.pid, processGroup: container.pid });
  return container;
}

async function healthyPort(
  container: Container,
  listening: PromiseWithResolvers<number>,
  { startupMs, signal }: ServerOptions,
): Promise<number> {
  const unhealthy = (why: string) => listening.reject(new JobFailure(why));
  container.exited.then(
    (exit) => unhealthy(`the container ended (${exit.signal ?? `exit code ${exit.code}`})`),
    (error: Error) => unhealthy(`the container did not start: ${error.message}`),
  );
  const giveUp = () => unhealthy('stopped while it was starting');
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const timer = setTimeout(() => unhealthy(`no answer within ${startupMs / 1000} s`), startupMs);
  try {
    const port = await listening.promise;
    const ping = await send(port, 'GET', '/ping', { body: '', timeoutMs: 2_000 });
    if (ping.status !== 200) throw new JobFailure(`/ping answered ${ping.status}`);
    return port;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
