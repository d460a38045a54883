import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from './certificate.ts';
import { type CloudProcess, type CloudState, checkout, cloudEnvironment, scratchDirectory } from './cloud-state.ts';
import { tailOf } from './commands.ts';
import { readNotes } from './monitoring/notes.ts';
import type { Ports } from './ports.ts';
import { identify, isAlive } from './processes.ts';
import { venvPython } from './python.ts';

const READY_WITHIN_SECONDS = 60;
/** Waits and retry intervals of state machines, and bakes of endpoints, in a laptop's time; zero would poll without a pause. */
const WAIT_SCALE = '0.05';
export const nodeModulesBin = join(checkout, 'node_modules', '.bin');
export const logFile = (directory: string, name: string) => join(directory, 'logs', `${name}.log`);

export interface Program {
  readonly name: 'emulator' | 'sagemaker' | 'monitoring';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** Unless it listens nowhere. */
  readonly port?: number;
  readonly ready: (running: CloudProcess) => Promise<boolean>;
}

/** The programs of a local cloud, with all that they are told; nothing of the caller's own AWS settings reaches them. */
export function programsOf(state: CloudState, certificate: Certificate, ports: Ports): Program[] {
  const secret = randomBytes(24).toString('hex');
  const path = [nodeModulesBin, process.env.PATH].join(delimiter);
  // Ours alone, not the whole bundle: each function's worker reads it when it starts, and nothing inside talks to the internet.
  const { authority } = certificate;
  const trust = { AWS_CA_BUNDLE: authority, NODE_EXTRA_CA_CERTS: authority, SSL_CERT_FILE: authority };
  const sagemaker: Program = {
    name: 'sagemaker',
    command: join(nodeModulesBin, 'node'),
    args: ['--disable-warning=ExperimentalWarning', join(checkout, 'infra/local/sagemaker/server.ts')],
    env: {
      ...cloudEnvironment(state),
      ...trust,
      PATH: path,
      HOME: process.env.HOME ?? state.directory,
      MODELLOOP_SAGEMAKER_PORT: String(ports.sagemaker),
      MODELLOOP_SAGEMAKER_SECRET: secret,
      MODELLOOP_LOCAL_DIR: state.directory,
      MODELLOOP_PYTHON: venvPython,
      MODELLOOP_ACCOUNT: state.account,
      MODELLOOP_WAIT_SCALE: WAIT_SCALE,
    },
    port: ports.sagemaker,
    ready: () => answers(httpRequest, `http://127.0.0.1:${ports.sagemaker}/ping`, { 'x-modelloop-secret': secret }),
  };
  const emulator: Program = {
    name: 'emulator',
    command: venvPython,
    args: [join(checkout, 'infra/local/emulator/start.py')],
    env: {
      ...emulatorSettings(state, certificate, ports),
      ...trust,
      PATH: path,
      MODELLOOP_SAGEMAKER_URL: `http://127.0.0.1:${ports.sagemaker}`,
      MODELLOOP_SAGEMAKER_SECRET: secret,
    },
    port: ports.emulator,
    // Over TLS and checked with our own authority: whoever else listens there does not pass for ours.
    ready: () => answers(httpsRequest, `${state.endpoint}/_ministack/ready`, {}, readFileSync(authority, 'utf8')),
  };
  const monitoring = monitoringProgram(state, sagemaker.env);
  return [sagemaker, emulator, monitoring];
}

/** A client of the two others, with the secret between them; it listens nowhere. */
const monitoringProgram = (state: CloudState, ofSageMaker: Program['env']): Program => ({
  name: 'monitoring',
  command: join(nodeModulesBin, 'node'),
  args: ['--disable-warning=ExperimentalWarning', join(checkout, 'infra/local/monitoring/main.ts')],
  env: { ...ofSageMaker, MODELLOOP_SAGEMAKER_URL: `http://127.0.0.1:${ofSageMaker.MODELLOOP_SAGEMAKER_PORT}` },
  ready: async ({ pid }) => readNotes(state.directory, pid) !== undefined,
});

/** Its environment is handed on to the functions' workers, so it holds what the emulator needs and no more. */
const emulatorSettings = (state: CloudState, certificate: Certificate, ports: Ports) => ({
  GATEWAY_PORT: String(ports.emulator),
  BIND_HOST: '127.0.0.1',
  USE_SSL: '1',
  MINISTACK_SSL_CERT: certificate.server,
  MINISTACK_SSL_KEY: certificate.key,
  AUTH: 'true',
  AWS_ACCESS_KEY_ID: state.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: state.credentials.secretAccessKey,
  MINISTACK_ACCOUNT_ID: state.account,
  MINISTACK_REGION: state.region,
  LAMBDA_EXECUTOR: 'local',
  PERSIST_STATE: '1',
  STATE_DIR: join(state.directory, 'state', 'aws'),
  S3_PERSIST: '1',
  S3_DATA_DIR: join(state.directory, 'state', 's3'),
  TMPDIR: scratchDirectory(state.directory),
  SFN_WAIT_SCALE: WAIT_SCALE,
  IOT_MTLS_ENABLED: '0',
  SFTP_ENABLED: '0',
  PYTHONUNBUFFERED: '1',
});

/** Starts a program so that it outlives this process, in a process group of its own. Its last log is kept as `….log.1`. */
export async function start(program: Program, directory: string): Promise<CloudProcess> {
  for (const part of ['logs', 'state']) mkdirSync(join(directory, part), { recursive: true });
  mkdirSync(scratchDirectory(directory), { recursive: true, mode: 0o700 });
  const log = logFile(directory, program.name);
  rmSync(`${log}.1`, { force: true });
  try {
    renameSync(log, `${log}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const output = openSync(log, 'a');
  try {
    const { command, args, env } = program;
    const child = spawn(command, args, { cwd: directory, env, detached: true, stdio: ['ignore', output, output] });
    // Before anything is awaited: one that fails at once is still there to be identified.
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    const startedAt = new Date().toISOString();
    await once(child, 'spawn');
    child.unref();
    if (!identity) throw new Error(`${command} was started without a process id`);
    const { name, port } = program;
    return { name, ...identity, startedAt, ...(port === undefined ? {} : { port }) };
  } finally {
    closeSync(output);
  }
}

/** @throws when it ends, or is not ready in time, with the end of its log */
export async function waitUntilReady(program: Program, running: CloudProcess, directory: string, signal?: AbortSignal) {
  const deadline = performance.now() + READY_WITHIN_SECONDS * 1000;
  const log = () => tailOf(logFile(directory, program.name));
  while (!(await program.ready(running))) {
    signal?.throwIfAborted();
    if (!isAlive(running))
      throw new Error(`${program.name} (process ${running.pid}) ended while it was starting; ${log()}`);
    if (performance.now() > deadline)
      throw new Error(`waited ${READY_WITHIN_SECONDS} s for ${program.name} to be ready${placeOf(program)}; ${log()}`);
    await pause(100);
  }
}

/** ` on port 20001`, for those that have one. */
export const placeOf = ({ port }: Pick<Program, 'port'>) => (port === undefined ? '' : ` on port ${port}`);

/** Does anything but an error of its own come back? */
function answers(
  request: typeof httpRequest | typeof httpsRequest,
  url: string,
  headers: Record<string, string>,
  ca?: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      url,
      { headers, agent: false, timeout: 2000, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        response.resume();
        resolve((response.statusCode ?? 500) < 500);
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
