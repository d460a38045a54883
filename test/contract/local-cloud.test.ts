import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloudDown, cloudReset, cloudUp } from '../../infra/local/cloud.ts';
import {
  type CloudState,
  checkout,
  clientSettings,
  readCloudRecord,
  readCloudState,
} from '../../infra/local/cloud-state.ts';
import { isAlive } from '../../infra/local/processes.ts';
import { venvPython } from '../../infra/local/python.ts';
import { cloudStatus } from '../../infra/local/status.ts';

/** The life of a local cloud, beside others: nothing is deployed to these. */

const directories = ['a', 'b'].map((name) => mkdtempSync(join(tmpdir(), `modelloop-cloud-${name}-`)));
const [a = '', b = ''] = directories;
const up = (directory: string, report?: (line: string) => void) =>
  cloudUp({ directory, deploy: false, ...(report ? { report } : {}) });
const everything: CloudState[] = [];

let first: CloudState;
beforeAll(async () => {
  first = await up(a);
  everything.push(first);
});
afterAll(async () => {
  for (const directory of directories) await cloudReset(directory);
  for (const state of everything) for (const p of state.processes) expect(isAlive(p), p.name).toBe(false);
  for (const directory of directories) rmSync(directory, { recursive: true });
});

const s3 = (state: CloudState) => new S3Client(clientSettings(state));
const dynamo = (state: CloudState) => new DynamoDBClient(clientSettings(state));
const bucketsOf = async (state: CloudState) =>
  ((await s3(state).send(new ListBucketsCommand({}))).Buckets ?? []).map((bucket) => bucket.Name);

async function keep(state: CloudState, word: string): Promise<void> {
  await s3(state).send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3(state).send(new PutObjectCommand({ Bucket: 'kept', Key: 'in/x', Body: word }));
  await dynamo(state).send(
    new CreateTableCommand({
      TableName: 'kept',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamo(state), maxWaitTime: 30 }, { TableName: 'kept' });
  await dynamo(state).send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'x' }, word: { S: word } } }));
}

async function kept(state: CloudState): Promise<[string | undefined, string | undefined]> {
  const object = await s3(state).send(new GetObjectCommand({ Bucket: 'kept', Key: 'in/x' }));
  const { Item } = await dynamo(state).send(new GetItemCommand({ TableName: 'kept', Key: { id: { S: 'x' } } }));
  return [await object.Body?.transformToString(), Item?.word?.S];
}

/** A program with an S3 client that was told nothing. */
const READ_WITH_SDK = `
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const object = await new S3Client({}).send(new GetObjectCommand({ Bucket: 'kept', Key: 'in/x' }));
  console.log(await object.Body.transformToString());`;

test('up: it runs on this machine only, and says so', () => {
  expect(first.endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(readCloudState(a)).toEqual(first);
  const { status, processes } = cloudStatus(a);
  expect(status).toBe('running');
  expect(processes.map((p) => [p.name, p.alive, p.memoryMiB > 0])).toEqual([
    ['sagemaker', true, true],
    ['emulator', true, true],
    ['monitoring', true, true],
  ]);
});

test('up again changes nothing and says so', async () => {
  const lines: string[] = [];
  expect(await up(a, (line) => lines.push(line))).toEqual(first);
  expect(lines).toEqual([`the local cloud is already running, since ${first.startedAt}, at ${first.endpoint}`]);
});

test('what it holds survives down and up, at the same endpoint', async () => {
  await keep(first, 'first');
  await cloudDown(a);
  expect(readCloudState(a)).toBeUndefined();
  expect(first.processes.some(isAlive)).toBe(false);
  const second = await up(a);
  everything.push(second);
  expect(second.endpoint).toBe(first.endpoint);
  expect(await kept(second)).toEqual(['first', 'first']);
});

test('a shell that evaluates `env` has an AWS client: boto3, the SDK, or what they start', async () => {
  const script = `eval "$("$0" cli/bin/modelloop.js local env)"; exec "$@"`;
  const inShell = (...command: string[]) =>
    execFileSync('sh', ['-c', script, process.execPath, ...command], {
      cwd: checkout,
      encoding: 'utf8',
      // Settings of the user's own, which must not win.
      env: { ...process.env, MODELLOOP_LOCAL_DIR: a, AWS_PROFILE: 'mine', AWS_ENDPOINT_URL_S3: 'https://127.0.0.1:1' },
    }).trim();
  const boto3 = "import boto3; print(boto3.client('s3').get_object(Bucket='kept', Key='in/x')['Body'].read().decode())";
  expect(inShell(venvPython, '-c', boto3)).toBe('first');
  expect(inShell(process.execPath, '--input-type=module', '-e', READ_WITH_SDK)).toBe('first');
});

test('a process that trusts the cloud while it runs is a client of it', () => {
  const module = pathToFileURL(join(checkout, 'infra/local/cloud-state.ts')).href;
  const trusting = `import { readCloudState, trustCloud } from '${module}'; trustCloud(readCloudState()); ${READ_WITH_SDK}`;
  const env = { PATH: process.env.PATH, MODELLOOP_LOCAL_DIR: a };
  const args = ['--input-type=module', '-e', trusting];
  expect(execFileSync(process.execPath, args, { cwd: checkout, encoding: 'utf8', env }).trim()).toBe('first');
});

test('a second cloud in another directory runs beside it and shares nothing', async () => {
  const other = await up(b);
  everything.push(other);
  const one = readCloudState(a);
  expect(one).toBeDefined();
  if (!one) return;
  expect(other.endpoint).not.toBe(one.endpoint);
  expect(await bucketsOf(other)).toEqual([]);
  await keep(other, 'other');
  expect([await kept(one), await kept(other)]).toEqual([
    ['first', 'first'],
    ['other', 'other'],
  ]);
  // Each has an authority of its own: what trusts one cloud does not trust the other.
  const mistaken = s3({ ...other, caBundle: join(a, 'certificate/ca.pem') });
  await expect(mistaken.send(new ListBucketsCommand({}))).rejects.toMatchObject({
    code: expect.stringMatching(/CERT|ISSUER|SIGNATURE/),
  });
  await cloudDown(b);
  expect(await kept(one)).toEqual(['first', 'first']);
});

test('a process that was killed is noticed: up says so and starts the cloud anew', async () => {
  const broken = readCloudState(a);
  const sagemaker = broken?.processes.find((p) => p.name === 'sagemaker');
  const emulator = broken?.processes.find((p) => p.name === 'emulator');
  if (!sagemaker || !emulator) throw new Error('the cloud does not run');
  process.kill(sagemaker.pid, 'SIGKILL');
  await expect.poll(() => cloudStatus(a).status, { timeout: 10_000 }).toBe('broken');
  const lines: string[] = [];
  const healed = await up(a, (line) => lines.push(line));
  everything.push(healed);
  expect(lines.join('\n')).toContain(`no longer running since the last start: sagemaker (process ${sagemaker.pid})`);
  expect(isAlive(emulator)).toBe(false);
  expect(await kept(healed)).toEqual(['first', 'first']);
});

test('an interrupted up leaves nothing running', async () => {
  const controller = new AbortController();
  const started: CloudState['processes'][number][] = [];
  const interrupted = cloudUp({
    directory: b,
    deploy: false,
    signal: controller.signal,
    report: (line) => {
      if (!line.startsWith('waiting for')) return;
      started.push(...(readCloudRecord(b)?.processes ?? []));
      controller.abort(new Error('interrupted by the test'));
    },
  });
  await expect(interrupted).rejects.toThrow('interrupted by the test');
  expect(started).toHaveLength(3);
  expect(started.some(isAlive)).toBe(false);
  expect(cloudStatus(b).status).toBe('stopped');
});

test('reset wipes what it held; certificate and ports stay', async () => {
  const before = readCloudState(a);
  await cloudReset(a);
  expect(before?.processes.some(isAlive)).toBe(false);
  expect(readdirSync(a).sort()).toEqual(['certificate', 'logs', 'ports.json']);
  const empty = await up(a);
  everything.push(empty);
  expect(empty.endpoint).toBe(first.endpoint);
  expect(await bucketsOf(empty)).toEqual([]);
});

test('the keys of the certificate authority are nowhere: only the server’s own key is kept, for its owner', () => {
  const files = readdirSync(join(a, 'certificate')).filter((file) =>
    readFileSync(join(a, 'certificate', file), 'utf8').includes('PRIVATE KEY'),
  );
  expect(files).toEqual(['server.key']);
  expect(existsSync(join(a, 'certificate/bundle.pem'))).toBe(true);
});
