import { execFile } from 'node:child_process';
import { createReadStream, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudState, checkout, trustCloud } from '../infra/local/cloud-state.ts';
import type { ReceivedPage } from '../infra/local/pages.ts';
import { uploadIdOf } from '../shared/domain/data/upload-key.ts';
import { UPLOAD_PREFIX } from '../shared/domain/keys.ts';
import { bucketName, type Place } from '../shared/domain/names.ts';
import type { UploadRecord } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { type AwsPorts, awsPorts } from '../shared/runtime/ports.ts';
import { waitFor } from './wait-for.ts';

/** What the chapters play with: a plain S3 client for what a data person does, and our own eyes on the registry. */
export interface DemoContext {
  readonly model: string;
  readonly place: Place;
  readonly ports: AwsPorts;
  readonly s3: S3Client;
  readonly state: CloudState;
  readonly signal: AbortSignal;
  /** Where the demo's own files are. */
  readonly files: string;
  /** What each release answered for the same rows while it was live, byte for byte. */
  readonly answers: Map<number, string>;
  /** The page that arrived last. */
  lastPage?: ReceivedPage;
}

export const MODEL = 'flight-delay';
const execute = promisify(execFile);

/** To play on a cloud that is up. This process trusts the cloud from here on, and has its addresses in the environment. */
export function contextOf(state: CloudState, signal = new AbortController().signal): DemoContext {
  trustCloud(state);
  const { account, region, directory } = state;
  const place = { stage: 'local', account, region };
  const files = join(directory, 'files');
  mkdirSync(files, { recursive: true });
  const s3 = new S3Client({ region, forcePathStyle: true });
  return { model: MODEL, place, ports: awsPorts(place), s3, state, signal, files, answers: new Map() };
}

/** Uploads a file the way anybody would, and waits for what becomes of it. */
export async function upload(context: DemoContext, path: string): Promise<UploadRecord & { outcome: object }> {
  const { place, model, s3, ports, signal } = context;
  const bucket = bucketName(place, 'data');
  const key = `${UPLOAD_PREFIX}${model}/${basename(path)}`;
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: createReadStream(path) }),
  );
  if (!versionId) throw new Error(`the bucket ${bucket} gave no version id: it is not versioned`);
  const uploadId = uploadIdOf({ bucket, key, versionId });
  let seen = 'no event has arrived yet';
  return waitFor(
    `s3://${bucket}/${key} has an outcome`,
    async () => {
      const record = await ports.store.get<UploadRecord>(registryKeys.upload(model, uploadId));
      if (record) seen = `registered at ${record.value.registeredAt}, no outcome yet`;
      return record?.value.outcome ? { ...record.value, outcome: record.value.outcome } : undefined;
    },
    { seconds: 180, signal },
    () => seen,
  );
}

/** Runs the `modelloop` command as a person would. @returns what it printed on stdout */
export async function modelloop({ state, signal }: DemoContext, ...args: string[]): Promise<string> {
  const { stdout } = await execute(join(checkout, 'cli', 'bin', 'modelloop.js'), args, {
    signal,
    env: { ...process.env, MODELLOOP_LOCAL_DIR: state.directory },
  });
  return stdout;
}

/** Runs a line in a shell, as somebody would who pasted it. @returns what it printed on stdout */
export async function paste({ state, signal }: DemoContext, line: string): Promise<string> {
  const { stdout } = await execute('sh', ['-c', line], {
    cwd: checkout,
    signal,
    env: { ...process.env, MODELLOOP_LOCAL_DIR: state.directory },
  });
  return stdout;
}
