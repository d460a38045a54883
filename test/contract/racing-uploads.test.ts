import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryRegistryStore } from '../../shared/adapters/memory/registry-store.ts';
import { sha256 } from '../../shared/domain/hash.ts';
import type { DataVersion, UploadRecord } from '../../shared/domain/records.ts';
import { registryKeys, registryPrefixes } from '../../shared/domain/registry-keys.ts';
import { ConflictError, type RegistryStore } from '../../shared/ports/registry-store.ts';
import { acceptUpload } from '../../shared/use-cases/data/accept-upload.ts';
import type { ObjectMade } from '../../shared/use-cases/data/object-made.ts';
import { registerUpload } from '../../shared/use-cases/data/register-upload.ts';
import { addCodeVersion, buckets, MODEL, pipelineWorld } from '../fixtures/pipeline-world.ts';
import { registryTable } from './registry-table.ts';

/** Many uploads at once, each event and each call twice, on the real registry: what the properties show in memory holds there. */

const UPLOADS = 12;
const CONTENTS = 8;

const made = (i: number): ObjectMade => ({
  bucket: buckets.data,
  key: `in/${MODEL}/${i}.csv`,
  versionId: `v${i}`,
  size: 1,
  sequencer: i.toString(16),
  time: '2026-01-01T00:00:00Z',
});

/** As a queue and a state machine call again. */
const persistently = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ConflictError) return persistently(call);
    throw error;
  }
};

describe.each([
  ['memory', async () => ({ store: memoryRegistryStore(), remove: async () => undefined })],
  ['DynamoDB', registryTable],
])('uploads that race on %s', (_, open) => {
  let opened: { store: RegistryStore; remove: () => Promise<void> };
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.remove());

  it('have one outcome each, and versions without a gap', async () => {
    const world = { ...pipelineWorld(), store: opened.store };
    const { contractHash } = await addCodeVersion(world);
    await world.store.commit([{ put: registryKeys.catalogue(MODEL), value: {}, expect: 'absent' }]);
    const work = async (i: number) => {
      const registration = await persistently(() => registerUpload(world, made(i)));
      if (registration.outcome === 'folder') throw new Error('not a folder');
      const part = { sha256: sha256(`${i % CONTENTS}`), bytes: 1, rows: 10, key: `parts/${i % CONTENTS}` };
      const { model, uploadId } = registration;
      return persistently(() => acceptUpload(world, { model, uploadId, codeVersion: 1, contractHash, part }));
    };
    const indexes = Array.from({ length: UPLOADS }, (_, i) => i);
    const [once, again] = await Promise.all([Promise.all(indexes.map(work)), Promise.all(indexes.map(work))]);
    expect(again.map(({ status }) => status)).toEqual(once.map(({ status }) => status));

    const versions = (await world.store.list<DataVersion>(MODEL, registryPrefixes.dataVersions)).map((v) => v.value);
    expect(versions.map((v) => v.version)).toEqual(Array.from({ length: CONTENTS }, (_, i) => i + 1));
    expect(versions.map((v) => v.parts)).toEqual(versions.map((v) => v.version));
    const uploads = (await world.store.list<UploadRecord>(MODEL, registryPrefixes.uploads)).map((u) => u.value);
    expect(uploads).toHaveLength(UPLOADS);
    expect(uploads.filter((u) => u.outcome?.status === 'accepted')).toHaveLength(CONTENTS);
    expect(uploads.filter((u) => u.outcome?.status === 'duplicate')).toHaveLength(UPLOADS - CONTENTS);
    expect(world.executions.started).toHaveLength(UPLOADS);
  });
});
