import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { cloudDown, cloudReset, cloudUp } from '../../../infra/local/cloud.ts';
import { type CloudState, checkout, clientSettings, trustCloud } from '../../../infra/local/cloud-state.ts';
import { packDirectory } from '../../../infra/local/sagemaker/archive.ts';

export const BUCKET = 'ml-contract';
export const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';
export const BUNDLE = `s3://${BUCKET}/code/bundle.tar.gz`;

/** A local cloud of its own, with roles, a bundle and training data; every call goes through the emulator's TLS, signature and IAM. */
export class World {
  readonly directory = mkdtempSync(join(tmpdir(), 'modelloop-sagemaker-'));
  state: CloudState | undefined;

  async up(): Promise<void> {
    this.state = await cloudUp({ directory: this.directory, deploy: false });
    // For uploads from 2 MiB on, the S3 client makes a connection of its own and forgets the authority in its settings.
    trustCloud(this.state);
  }

  down = (): Promise<void> => cloudDown(this.directory);

  async wipe(): Promise<void> {
    await cloudReset(this.directory);
    rmSync(this.directory, { recursive: true });
  }

  get #state(): CloudState {
    if (!this.state) throw new Error('the cloud is not up');
    return this.state;
  }

  get settings() {
    return clientSettings(this.#state);
  }
  get sagemaker(): SageMakerClient {
    return new SageMakerClient(this.settings);
  }
  get runtime(): SageMakerRuntimeClient {
    return new SageMakerRuntimeClient(this.settings);
  }
  get s3(): S3Client {
    return new S3Client({ ...this.settings, forcePathStyle: true });
  }
  get logs(): CloudWatchLogsClient {
    return new CloudWatchLogsClient(this.settings);
  }

  roleArn = (name: string): string => `arn:aws:iam::${this.#state.account}:role/${name}`;
  scratch = (...parts: string[]): string => join(this.directory, 'sagemaker', ...parts);

  async putRole(name: string, allowed: readonly { actions: string[]; resources: string[] }[]): Promise<void> {
    const iam = new IAMClient(this.settings);
    const trust = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = (statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document([trust]) }));
    const PolicyDocument = document(
      allowed.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'grants', PolicyDocument }));
  }

  put = (key: string, body: string | Uint8Array) =>
    this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));

  async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  async bytes(key: string): Promise<Uint8Array> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    return (Contents ?? []).map(({ Key = '' }) => Key);
  }

  /** Bucket, bundle, data and the two roles. */
  async furnish(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const archive = join(this.directory, 'bundle.tar.gz');
    await packDirectory(join(checkout, 'test/fixtures/sagemaker-bundle'), archive);
    await this.put('code/bundle.tar.gz', readFileSync(archive));
    await this.put('train/a.csv', csv(0));
    await this.put('train/part/b.csv', csv(1));
    await this.put('flat/a.csv', csv(0));
    await this.put('flat/b.csv', csv(1));
    const [bucket, objects] = [`arn:aws:s3:::${BUCKET}`, (path: string) => `arn:aws:s3:::${BUCKET}/${path}`];
    const logs = {
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:aws:logs:*:*:log-group:/aws/sagemaker/*`],
    };
    const list = { actions: ['s3:ListBucket'], resources: [bucket] };
    const readable = { actions: ['s3:GetObject'], resources: [objects('*')] };
    await this.putRole('training', [
      list,
      readable,
      logs,
      { actions: ['s3:PutObject'], resources: [objects('out/*')] },
    ]);
    const writable = ['transformed/*', 'captured/*'].map(objects);
    await this.putRole('serving', [list, readable, logs, { actions: ['s3:PutObject'], resources: writable }]);
    await this.putRole('nothing', [{ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }]);
  }
}

/** x1 decides; 40 rows. */
const csv = (offset: number): string =>
  ['x1,x2,late', ...Array.from({ length: 40 }, (_, i) => `${i},${(i * 7 + offset) % 5},${i > 20 ? 1 : 0}`)].join('\n');

/** Asks until `probe` gives something. @throws after `seconds`, saying what it waited for and what it saw last */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  seconds = 60,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}; last: ${String(last)}`);
    await pause(150);
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie has ended; nobody has asked how.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
};
