import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { bucketName } from '../../../shared/domain/names.ts';
import type { UploadOutcome, UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { uploadIdOf } from '../../../shared/domain/upload-key.ts';
import { place } from './fixture.ts';
import { historySession, json, modelloop } from './terminal.ts';

const MODEL = 'flight-delay';
const bucket = bucketName(place, 'data');
let folder: string;
let file: string;
let session: Session;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modelloop-upload-'));
  file = join(folder, 'may.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  session = await historySession();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the cloud does it: records the object that was put, with an outcome. */
const answered = (outcome: UploadOutcome): Session => {
  const { objects, store } = session.ports;
  const upload: typeof objects.upload = async (address, path) => {
    await objects.upload(address, path);
    const { versions } = await objects.listVersions(address.bucket, address.key);
    const at = { bucket, key: address.key, versionId: versions[0]?.versionId ?? '' };
    const uploadId = uploadIdOf(at);
    const record: UploadRecord = {
      ...{ ...at, uploadId, model: MODEL, size: 8, uploadedAt: '2026-01-01T00:00:00.000Z', sequencer: '01' },
      ...{ registeredAt: '2026-01-01T00:00:01.000Z', outcome: { ...outcome, at: '2026-01-01T00:00:02.000Z' } },
    };
    await store.commit([{ put: registryKeys.upload(MODEL, uploadId), value: record, expect: 'absent' }]);
  };
  return { ...session, ports: { ...session.ports, objects: { ...objects, upload } } };
};
const run = (args: readonly string[], on = session) =>
  modelloop(['data', 'upload', MODEL, file, ...args], { session: on });
const text = async (key: string) => new TextDecoder().decode(await session.ports.objects.read({ bucket, key }));

it('puts the file where uploads are taken from, and says where to look', async () => {
  const { code, stdout } = await run([]);
  expect(code).toBe(0);
  expect(stdout).toContain(`uploaded to s3://${bucket}/in/flight-delay/may.csv`);
  expect(await text('in/flight-delay/may.csv')).toBe('a,b\n1,2\n');
  await run(['--as', '2013/may.csv']);
  expect(await text('in/flight-delay/2013/may.csv')).toBe('a,b\n1,2\n');
});

it('waits for what becomes of it', async () => {
  const accepted = await run(['--wait'], answered({ status: 'accepted', dataVersion: 7 }));
  expect(accepted.code).toBe(0);
  expect(accepted.stdout).toContain('accepted in data version 7');
  expect(accepted.stdout).toContain('a run follows: modelloop runs flight-delay');
  const again = await run(['--wait', '--json'], answered({ status: 'duplicate', of: 7 }));
  expect(json(again)).toMatchObject({ upload: { outcome: { status: 'duplicate', of: 7 } } });
});

it('fails with what was wrong when it is rejected', async () => {
  const problems = [{ code: 'missing-column', line: 1, message: 'column c is missing' }];
  const { code, stdout } = await run(['--wait'], answered({ status: 'rejected', problems }));
  expect(code).toBe(1);
  expect(stdout).toContain('rejected: 1 problem');
  expect(stdout).toContain('column c is missing');
});

it('does not wait for ever', async () => {
  const { code, stderr } = await run(['--wait', '--timeout', '1']);
  expect(code).toBe(1);
  expect(stderr).toContain('in/flight-delay/may.csv has no outcome after 1 s');
});

it('explains a file that is not there, and a model that nobody knows', async () => {
  const nofile = await modelloop(['data', 'upload', MODEL, '/nowhere.csv'], { session });
  expect([nofile.code, nofile.stderr]).toEqual([2, expect.stringContaining('there is no such file')]);
  const nomodel = await modelloop(['data', 'upload', 'flight-dealy', file], { session });
  expect([nomodel.code, nomodel.stderr]).toEqual([3, expect.stringContaining('did you mean flight-delay?')]);
});
