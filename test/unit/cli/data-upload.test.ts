import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { uploadIdOf } from '../../../shared/domain/data/upload-key.ts';
import { bucketName } from '../../../shared/domain/names.ts';
import type { Run, UploadOutcome, UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
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
  expect(accepted.stdout).toContain('a run follows: npx modelloop runs flight-delay');
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

describe('--live', () => {
  /** A run of data version 7 is there, as it stands. */
  const withRun = async (run: Partial<Run>) => {
    const on = answered({ status: 'accepted', dataVersion: 7 });
    const value: Run = {
      ...{
        model: MODEL,
        run: 99,
        dataVersion: 7,
        codeVersion: 1,
        status: 'finished',
        startedAt: '2026-01-01T00:00:03.000Z',
      },
      ...run,
    };
    await on.ports.store.commit([{ put: registryKeys.run(MODEL, 99), value, expect: 'absent' }]);
    return live(on);
  };
  const live = (on: Session) => modelloop(['data', 'upload', MODEL, file, '--live', '--timeout', '1'], { session: on });
  const at = '2026-01-01T00:01:00.000Z';
  const promote = {
    decision: 'promote',
    outcome: 'first',
    reasons: [],
    metric: 'auc',
    challenger: {},
    testRows: 1,
    gates: [],
  } as const;

  it('waits until what was trained on it is live', async () => {
    const { code, stdout } = await withRun({ verdict: promote, deployment: { status: 'live', release: 3, at } });
    expect(code).toBe(0);
    expect(stdout).toContain('accepted in data version 7');
    expect(stdout).toContain('flight-delay, run 99: promoted, release 3');
  });

  it.each<[string, Partial<Run>, string]>([
    ['not better', { verdict: { ...promote, decision: 'keep-champion', outcome: 'not-better' } }, 'not better'],
    ['failed', { status: 'failed', failure: { error: 'TrainingError', reason: 'no rows' } }, 'failed: TrainingError'],
    ['not deployed', { verdict: promote, deployment: { status: 'held', at } }, 'but held back'],
  ])('fails, and says why, when it is %s', async (_, run, words) => {
    const { code, stdout } = await withRun(run);
    expect(code).toBe(1);
    expect(stdout).toContain(words);
  });

  it.each<[string, Partial<Run>]>([
    ['is under way', { status: 'running' }],
    ['is about to be deployed', { verdict: promote }],
    ['is being deployed', { verdict: promote, deployment: { status: 'deploying', at } }],
    ['is of older data', { dataVersion: 6, verdict: promote, deployment: { status: 'live', release: 3, at } }],
  ])('goes on waiting for a run that %s', async (_, run) => {
    const { code, stderr } = await withRun(run);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no run of data version 7 has ended after 1 s')]);
  });

  it('has nothing to wait for when nothing new was accepted', async () => {
    const outcome = await live(answered({ status: 'duplicate', of: 7 }));
    expect([outcome.code, outcome.stdout]).toEqual([0, expect.stringContaining('duplicate')]);
  });
});

it('does not wait for ever', async () => {
  const { code, stderr } = await run(['--wait', '--timeout', '1']);
  expect(code).toBe(1);
  expect(stderr).toContain('in/flight-delay/may.csv has no outcome after 1 s');
});

it('explains a file that is not there, and a model that nobody knows', async () => {
  const nofile = await modelloop(['data', 'upload', MODEL, '/nowhere.csv'], { session });
  expect([nofile.code, nofile.stderr]).toEqual([2, expect.stringContaining('there is no file /nowhere.csv')]);
  const nomodel = await modelloop(['data', 'upload', 'flight-dealy', file], { session });
  expect([nomodel.code, nomodel.stderr]).toEqual([3, expect.stringContaining('did you mean flight-delay?')]);
});
