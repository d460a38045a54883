import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { duckdbEngine } from '../../../shared/adapters/duckdb/index.ts';
import { uploadIdOf } from '../../../shared/domain/data/upload-key.ts';
import { sha256 } from '../../../shared/domain/hash.ts';
import { dataKeys } from '../../../shared/domain/keys.ts';
import type { DataVersion, UploadRecord } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import type { Ports } from '../../../shared/ports/index.ts';
import { acceptUpload } from '../../../shared/use-cases/data/accept-upload.ts';
import { failUpload } from '../../../shared/use-cases/data/fail-upload.ts';
import { preparePart } from '../../../shared/use-cases/data/prepare-part.ts';
import { rejectUpload } from '../../../shared/use-cases/data/reject-upload.ts';
import { MAX_UPLOAD_BYTES, validateUpload } from '../../../shared/use-cases/data/validate-upload.ts';
import { crashEverywhere } from '../../fixtures/crash-everywhere.ts';
import { addCodeVersion, buckets, MODEL, pipelineWorld } from '../../fixtures/pipeline-world.ts';
import { quickEngine } from '../../fixtures/quick-engine.ts';

/** The states of the data pipeline one after the other, over DuckDB, as the state machine calls them. */

const rows = Array.from({ length: 60 }, (_, i) => `c${i},${20 + i},${i % 2 === 0}`);
const GOOD = ['customer,age,left', ...rows, ''].join('\n');
const RAGGED = 'customer,age,left\nc1,20,true\nc2,21\nc3,22,false\n';

async function worldWith(
  text: string,
  over: Partial<UploadRecord> = {},
  engine = duckdbEngine({ directory: tmpdir() }),
) {
  const world = { ...pipelineWorld(), engine };
  await addCodeVersion(world);
  const key = `in/${MODEL}/a+b ü.csv`;
  const versionId = world.objects.put(buckets.data, key, text);
  // A newer version of the same object must not matter.
  world.objects.put(buckets.data, key, 'something else');
  const object = { bucket: buckets.data, key, versionId };
  const upload: UploadRecord = {
    ...object,
    uploadId: uploadIdOf(object),
    model: MODEL,
    size: Buffer.byteLength(text),
    uploadedAt: '2026-01-01T00:00:00.000Z',
    sequencer: '0A',
    registeredAt: '2026-01-01T00:00:01.000Z',
    ...over,
  };
  await world.store.commit([{ put: registryKeys.upload(MODEL, upload.uploadId), value: upload, expect: 'absent' }]);
  return { ...world, upload };
}
type World = Awaited<ReturnType<typeof worldWith>>;

async function runPipeline(ports: Omit<World, 'upload'>, { uploadId }: UploadRecord) {
  const id = { model: MODEL, uploadId };
  const { outcome, ...validation } = await validateUpload(ports, id);
  if (outcome === 'rejected') return rejectUpload(ports, { ...id, ...validation } as never);
  await preparePart(ports, { model: MODEL, ...validation } as never);
  return acceptUpload(ports, { ...id, ...validation } as never);
}

const recordOf = async ({ store }: Pick<Ports, 'store'>, { uploadId }: UploadRecord) =>
  (await store.get<UploadRecord>(registryKeys.upload(MODEL, uploadId)))?.value;
const read = async ({ objects }: Pick<Ports, 'objects'>, key: string) =>
  new TextDecoder().decode(await objects.read({ bucket: buckets.data, key }));

describe('a valid upload', () => {
  it('becomes a data version whose parts, split and profile are there', async () => {
    const world = await worldWith(GOOD);
    const outcome = await runPipeline(world, world.upload);
    expect(outcome).toMatchObject({ status: 'accepted', dataVersion: 1 });
    expect((await recordOf(world, world.upload))?.outcome).toEqual(outcome);
    expect(outcome).toMatchObject({ codeVersion: 1, at: expect.any(String) });

    const version = (await world.store.get<DataVersion>(registryKeys.dataVersion(MODEL, 1)))?.value;
    expect(version).toMatchObject({
      rows: 60,
      parts: 1,
      sha256: sha256(GOOD),
      source: { versionId: world.upload.versionId },
    });
    const manifest = JSON.parse(await read(world, version?.manifestKey ?? ''));
    expect(manifest.parts[0]).toMatchObject({
      sha256: sha256(GOOD),
      rows: 60,
      key: dataKeys.part(MODEL, sha256(GOOD), '.csv'),
    });
    expect(await read(world, manifest.parts[0].key)).toBe(GOOD);

    const prefix = dataKeys.prepared(MODEL, sha256(GOOD), version?.contractHash ?? '');
    const files = (await world.objects.list(buckets.data, prefix)).map((key) => key.slice(prefix.length));
    expect(files).toEqual([
      ...['part.json', 'profile.json', 'rows.json', 'rows.parquet', 'test.jsonl', 'test.parquet', 'train.parquet'],
      'validation.parquet',
    ]);
    const counts: Record<string, number> = JSON.parse(await read(world, `${prefix}rows.json`));
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(60);
    expect((await read(world, `${prefix}test.jsonl`)).trim().split('\n')).toHaveLength(counts.test ?? -1);
    expect(world.bus.published).toEqual([{ type: 'DataVersionReady', model: MODEL, dataVersion: 1 }]);
  });

  it('is one data version wherever a function dies and is called again', async () => {
    const places = await crashEverywhere(
      () => worldWith(GOOD, {}, quickEngine),
      (ports) => runPipeline(ports, ports.upload),
      async (left, outcome) => {
        expect(outcome).toMatchObject({ status: 'accepted', dataVersion: 1 });
        expect(await left.store.list(MODEL, 'data#')).toHaveLength(1);
        expect(new Set(left.bus.published.map((e) => JSON.stringify(e))).size).toBe(1);
      },
    );
    expect(places).toBeGreaterThan(20);
  });

  it('is not checked again under the same contract, and is under another', async () => {
    const world = await worldWith(GOOD);
    await validateUpload(world, { model: MODEL, uploadId: world.upload.uploadId });
    const blind = { ...world, engine: pipelineWorld().engine };
    const again = await validateUpload(blind, { model: MODEL, uploadId: world.upload.uploadId });
    expect(again).toMatchObject({ outcome: 'valid', part: { rows: 60 } });
    await addCodeVersion(world, 2, { split: { test: 0.5 } });
    await expect(validateUpload(blind, { model: MODEL, uploadId: world.upload.uploadId })).rejects.toThrow(
      /not expected/,
    );
  });
});

describe('a bad upload', () => {
  it('is rejected with a report that names file, line and reason; nothing is left downstream', async () => {
    const world = await worldWith(RAGGED);
    const outcome = await runPipeline(world, world.upload);
    expect(outcome).toMatchObject({ status: 'rejected', codeVersion: 1, problems: [{ line: 3 }] });
    const key = dataKeys.rejection(MODEL, world.upload.uploadId);
    expect(outcome).toMatchObject({ report: key });
    expect(JSON.parse(await read(world, key))).toMatchObject({
      status: 'rejected',
      file: 'a+b ü.csv',
      codeVersion: 1,
      object: { bucket: buckets.data, key: world.upload.key, versionId: world.upload.versionId },
      problems: [{ line: 3, message: expect.stringMatching(/./) }],
    });
    for (const prefix of ['parts/', 'prepared/', 'manifests/'])
      expect(await world.objects.list(buckets.data, prefix)).toEqual([]);
    expect(await world.store.list(MODEL, 'data#')).toEqual([]);
    expect(world.bus.published).toEqual([]);
  });

  it('is rejected once wherever a function dies', async () => {
    await crashEverywhere(
      () => worldWith(RAGGED, {}, quickEngine),
      (ports) => runPipeline(ports, ports.upload),
      async (left, outcome) => {
        expect(outcome).toMatchObject({ status: 'rejected' });
        expect((await recordOf(left, left.upload))?.outcome).toEqual(outcome);
      },
    );
  });

  it('may be one whose version was deleted before its turn', async () => {
    const world = await worldWith(GOOD, { versionId: 'gone' });
    expect(await validateUpload(world, { model: MODEL, uploadId: world.upload.uploadId })).toMatchObject({
      outcome: 'rejected',
      problems: [{ code: 'object-gone' }],
    });
  });

  it('may be one that is too large: it is not even fetched', async () => {
    const world = await worldWith(GOOD, { size: MAX_UPLOAD_BYTES + 1, versionId: 'gone' });
    expect(await validateUpload(world, { model: MODEL, uploadId: world.upload.uploadId })).toMatchObject({
      outcome: 'rejected',
      problems: [{ code: 'too-large' }],
    });
  });
});

describe('an execution that failed', () => {
  it('leaves its reason with an upload that has no outcome, and the upload can still be accepted', async () => {
    const world = await worldWith(GOOD);
    const id = { model: MODEL, uploadId: world.upload.uploadId };
    expect(await failUpload(world, { ...id, reason: 'States.Timeout' })).toEqual({
      status: 'failed',
      reason: 'States.Timeout',
    });
    expect((await recordOf(world, world.upload))?.outcome).toMatchObject({ status: 'failed' });
    expect(await runPipeline(world, world.upload)).toMatchObject({ status: 'accepted', dataVersion: 1 });
  });

  it('does not take an outcome back, and announces it again', async () => {
    const world = await worldWith(GOOD);
    await runPipeline(world, world.upload);
    const id = { model: MODEL, uploadId: world.upload.uploadId };
    expect(await failUpload(world, { ...id, reason: 'too late' })).toMatchObject({ status: 'accepted' });
    expect(world.bus.published).toHaveLength(2);
  });

  it('of an upload that is not registered is a fault', async () => {
    const world = await worldWith(GOOD);
    const nobody = { model: MODEL, uploadId: 'nobody', reason: 'x' };
    await expect(failUpload(world, nobody)).rejects.toThrow(/has no upload#nobody/);
  });
});
