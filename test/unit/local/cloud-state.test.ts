import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type CloudRecord,
  checkout,
  cloudEnvironment,
  conflictingVariables,
  localDirectory,
  readCloudState,
  removeCloudRecord,
  writeCloudRecord,
} from '../../../infra/local/cloud-state.ts';
import { identify } from '../../../infra/local/processes.ts';
import { cloudStatus } from '../../../infra/local/status.ts';

let record: CloudRecord;
beforeEach(() => {
  const alive = { name: 'emulator', ...identify(process.pid), startedAt: '2026-01-31T08:00:00.000Z', port: 20_001 };
  record = {
    directory: mkdtempSync(join(tmpdir(), 'modelloop-state-')),
    endpoint: 'https://127.0.0.1:20001',
    caBundle: '/x/bundle.pem',
    region: 'us-east-1',
    account: '000000000000',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    processes: [alive, { ...alive, name: 'sagemaker', port: 20_002 }],
    startedAt: '2026-01-31T08:00:00.000Z',
    phase: 'running',
  };
});
afterEach(() => vi.unstubAllEnvs());

const withDead = () => ({
  ...record,
  processes: record.processes.map((p, i) => (i === 0 ? { ...p, mark: `${p.mark}1` } : p)),
});

test('a cloud whose processes all run is read back', () => {
  writeCloudRecord({ ...record, deployedAt: '2026-01-31T08:01:00.000Z' });
  const { phase: _, ...state } = record;
  expect(readCloudState(record.directory)).toEqual(state);
  expect(cloudStatus(record.directory)).toMatchObject({ status: 'running', deployedAt: '2026-01-31T08:01:00.000Z' });
});

test('no cloud is read where none was started, or where it was stopped', () => {
  expect(readCloudState(record.directory)).toBeUndefined();
  writeCloudRecord(record);
  removeCloudRecord(record.directory);
  expect(readCloudState(record.directory)).toBeUndefined();
  expect(cloudStatus(record.directory)).toMatchObject({ status: 'stopped', processes: [] });
});

test('a cloud on its way up does not count as one', () => {
  writeCloudRecord({ ...record, phase: 'starting' });
  expect(readCloudState(record.directory)).toBeUndefined();
  expect(cloudStatus(record.directory).status).toBe('starting');
});

test('a process that has died, or whose number is another one’s now, breaks it', () => {
  writeCloudRecord(withDead());
  expect(readCloudState(record.directory)).toBeUndefined();
  const { status, processes } = cloudStatus(record.directory);
  expect(status).toBe('broken');
  expect(processes.map((p) => p.alive)).toEqual([false, true]);
});

test('a damaged record says what to do', () => {
  writeFileSync(join(record.directory, 'cloud.json'), '{');
  expect(() => readCloudState(record.directory)).toThrow(/cloud\.json cannot be read.*local reset/);
});

test('the environment leads every client to this cloud', () => {
  expect(cloudEnvironment(record)).toEqual({
    AWS_ENDPOINT_URL: 'https://127.0.0.1:20001',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CA_BUNDLE: '/x/bundle.pem',
    NODE_EXTRA_CA_CERTS: '/x/bundle.pem',
    SSL_CERT_FILE: '/x/bundle.pem',
    AWS_EC2_METADATA_DISABLED: 'true',
    MODELLOOP_STAGE: 'local',
  });
});

test('endpoints of single services would win over it: they are among what is unset', () => {
  const variables = conflictingVariables({ AWS_ENDPOINT_URL: 'a', AWS_ENDPOINT_URL_S3: 'b', HOME: '/' });
  expect(variables).toEqual(['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_S3']);
});

test('the directory is .local of the checkout, unless another is chosen', () => {
  vi.stubEnv('MODELLOOP_LOCAL_DIR', undefined);
  expect(localDirectory()).toBe(join(checkout, '.local'));
  vi.stubEnv('MODELLOOP_LOCAL_DIR', '/tmp/other/');
  expect(localDirectory()).toBe('/tmp/other');
});
