import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import tls from 'node:tls';
import { isAlive, type ProcessIdentity } from './processes.ts';

/**
 * What is known about a local cloud, kept in `cloud.json` in its directory. One directory is one cloud: its ports, its
 * certificate, its state and its logs live there, so that clouds in different directories run side by side.
 */
export interface CloudState {
  /** One URL for every service: `https://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** PEM file with the machine's certificate authorities and this cloud's own. */
  readonly caBundle: string;
  readonly region: string;
  readonly account: string;
  /** The account's root keys. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly processes: readonly CloudProcess[];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly directory: string;
}

export interface CloudProcess extends ProcessIdentity {
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Unless it listens nowhere. */
  readonly port?: number;
}

/** What the file holds: also a cloud that is only on its way up, so that a killed `up` leaves nothing that `down` cannot find. */
export interface CloudRecord extends CloudState {
  readonly phase: 'starting' | 'running';
  /** When the app was deployed and all code versions were registered, since this start. */
  readonly deployedAt?: string;
  /** Of what was deployed: see appSource. */
  readonly deployedSource?: string;
}

/** The checkout that this file is part of. */
export const checkout = resolve(import.meta.dirname, '../..');

/** Where the local cloud keeps everything: MODELLOOP_LOCAL_DIR, or `.local` in the checkout. */
export function localDirectory(): string {
  const chosen = process.env.MODELLOOP_LOCAL_DIR;
  return chosen ? resolve(chosen) : join(checkout, '.local');
}

/**
 * Where the emulator unpacks functions: outside the checkout, so that a function finds no `node_modules` and no `package.json` that
 * it would not have on AWS.
 */
export const scratchDirectory = (directory: string) =>
  join(tmpdir(), `modelloop-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`);

/** @returns undefined unless all of the cloud's processes run. */
export function readCloudState(directory = localDirectory()): CloudState | undefined {
  const record = readCloudRecord(directory);
  if (record?.phase !== 'running' || !record.processes.every(isAlive)) return undefined;
  const { phase: _phase, deployedAt: _deployedAt, deployedSource: _deployedSource, ...state } = record;
  return state;
}

/** @returns what was last written, whether or not it still runs. */
export function readCloudRecord(directory: string): CloudRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(directory), 'utf8')) as CloudRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${recordFile(directory)} cannot be read; \`npx modelloop local reset\` starts afresh`, {
      cause: error,
    });
  }
}

export function writeCloudRecord(record: CloudRecord): void {
  const file = recordFile(record.directory);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeCloudRecord(directory: string): void {
  rmSync(recordFile(directory), { force: true });
}

const recordFile = (directory: string) => join(directory, 'cloud.json');

/** The variables that make any AWS client (CLI, boto3, SDKs) talk to this cloud and to no other. */
export function cloudEnvironment(state: CloudState): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: state.endpoint,
    AWS_ACCESS_KEY_ID: state.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: state.credentials.secretAccessKey,
    AWS_REGION: state.region,
    AWS_DEFAULT_REGION: state.region,
    AWS_CA_BUNDLE: state.caBundle,
    NODE_EXTRA_CA_CERTS: state.caBundle,
    SSL_CERT_FILE: state.caBundle,
    AWS_EC2_METADATA_DISABLED: 'true',
    MODELLOOP_STAGE: 'local',
  };
}

/** The same for one SDK client, leaving this process as it is. */
export const clientSettings = (state: CloudState) => ({
  endpoint: state.endpoint,
  region: state.region,
  credentials: state.credentials,
  requestHandler: { httpsAgent: { ca: readFileSync(state.caBundle, 'utf8') } },
});

/** Variables that would take precedence over the ones above, or lead a client to another account. */
export function conflictingVariables(environment: NodeJS.ProcessEnv = process.env): string[] {
  const always = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'];
  return [...always, ...Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))];
}

/** Makes this process, and those that it starts, a client of the cloud: environment and certificate authority. */
export function trustCloud(state: CloudState): void {
  for (const name of conflictingVariables()) delete process.env[name];
  Object.assign(process.env, cloudEnvironment(state));
  // NODE_EXTRA_CA_CERTS is read when Node starts; this process has started already.
  const known = tls.getCACertificates('default');
  const added = readFileSync(state.caBundle, 'utf8').match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  tls.setDefaultCACertificates([...new Set([...known, ...(added ?? [])])]);
}
