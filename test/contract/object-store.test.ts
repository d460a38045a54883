import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../shared/adapters/aws/object-store.ts';
import { memoryObjectStore } from '../../shared/adapters/memory/object-store.ts';
import { ObjectNotFoundError, type ObjectStore, type VersionCursor } from '../../shared/ports/object-store.ts';
import { useCloud } from './cloud.ts';

/** What every object store promises, on memory and on S3. `put` is the uploader's plain client. */
interface Opened {
  readonly store: ObjectStore;
  readonly put: (key: string, body: string) => Promise<string>;
  /** As an uploader deletes: with a marker. */
  readonly remove: (key: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const bucket = `modelloop-contract-${crypto.randomUUID()}`;

const openMemory = async (): Promise<Opened> => {
  const store = memoryObjectStore();
  return {
    store,
    put: async (key, body) => store.put(bucket, key, body),
    remove: async (key) => store.remove(bucket, key),
    close: async () => undefined,
  };
};

const openS3 = async (): Promise<Opened> => {
  const leaveCloud = await useCloud();
  const client = new S3Client({});
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const put = async (Key: string, Body: string) => {
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    if (!VersionId) throw new Error('the bucket is not versioned');
    return VersionId;
  };
  const remove = (Key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  const close = async () => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    await leaveCloud();
  };
  return { store: s3ObjectStore(client), put, remove, close };
};

describe.each([
  ['memory', openMemory],
  ['S3', openS3],
])('object store: %s', (_, open) => {
  let opened: Opened;
  let directory: string;
  beforeAll(async () => {
    opened = await open();
    directory = await mkdtemp(join(tmpdir(), 'objects-'));
  });
  afterAll(async () => {
    await opened?.close();
    await rm(directory, { recursive: true });
  });
  const text = async (key: string, versionId?: string) =>
    new TextDecoder().decode(await opened.store.read({ bucket, key, ...(versionId && { versionId }) }));

  it('reads the version that is named, and the newest when none is', async () => {
    const first = await opened.put('v/a', 'one');
    const second = await opened.put('v/a', 'two');
    expect([await text('v/a', first), await text('v/a', second), await text('v/a')]).toEqual(['one', 'two', 'two']);
  });

  it('copies the version that is named', async () => {
    const first = await opened.put('c/a +ü?&=%2e.csv', 'one');
    await opened.put('c/a +ü?&=%2e.csv', 'two');
    await opened.store.copy({ bucket, key: 'c/a +ü?&=%2e.csv', versionId: first }, { bucket, key: 'c/copy' });
    expect(await text('c/copy')).toBe('one');
  });

  it.each([
    'k/a b+c.csv',
    'k/naïve 🛫.csv',
    'k/../../up.csv',
    'k/./dot.csv',
    'k//double.csv',
    'k/%2e%2e%2f.csv',
    'k/quote\'"<&>.csv',
    'k/line\nbreak.csv',
    `k/${'x'.repeat(1022)}`,
  ])('takes the key %j as it is', async (key) => {
    const versionId = await opened.put(key, key);
    expect(await text(key, versionId)).toBe(key);
    expect(await opened.store.exists({ bucket, key })).toBe(true);
    await opened.store.copy({ bucket, key, versionId }, { bucket, key: 'k-copy' });
    expect(await text('k-copy')).toBe(key);
    expect(await opened.store.list(bucket, 'k/')).toContain(key);
  });

  it('streams to and from files, empty ones too', async () => {
    for (const body of ['', 'x'.repeat(3_000_000)]) {
      await writeFile(join(directory, 'out'), body);
      await opened.store.upload({ bucket, key: 'f/a' }, join(directory, 'out'), 'text/plain');
      expect(await opened.store.download({ bucket, key: 'f/a' }, join(directory, 'in'))).toBe(body.length);
      expect((await readFile(join(directory, 'in'), 'utf8')) === body).toBe(true);
    }
  });

  it('says which object is not there', async () => {
    const missing = { bucket, key: 'no/such key' };
    const versionId = await opened.put('m/a', 'x');
    const { store } = opened;
    await expect(store.read(missing)).rejects.toThrow(ObjectNotFoundError);
    await expect(store.download(missing, join(directory, 'none'))).rejects.toThrow(/no\/such key/);
    await expect(store.copy(missing, { bucket, key: 'x' })).rejects.toThrow(ObjectNotFoundError);
    await expect(store.read({ bucket, key: 'm/b', versionId })).rejects.toThrow(ObjectNotFoundError);
    expect(await store.exists(missing)).toBe(false);
  });

  it('does not take the beginning of a key for the key', async () => {
    await opened.put('e/abc', 'x');
    expect(await opened.store.exists({ bucket, key: 'e/ab' })).toBe(false);
    expect(await opened.store.exists({ bucket, key: 'e/abc' })).toBe(true);
  });

  it('lists keys under a prefix in the order of their bytes', async () => {
    for (const key of ['l/b', 'l/a', 'l/A', 'l/é', 'l/🛫', 'l/\uffee', 'll/x']) await opened.put(key, 'x');
    expect(await opened.store.list(bucket, 'l/')).toEqual(['l/A', 'l/a', 'l/b', 'l/é', 'l/\uffee', 'l/🛫']);
    expect(await opened.store.list(bucket, 'nothing/')).toEqual([]);
  });

  it('lists every version of each key, the newest first, also of deleted objects; delete markers are none', async () => {
    const odd = 'w/a b+c%2e\n🛫.csv';
    const made: Record<string, string[]> = {};
    for (const key of ['w/z', odd, 'w/z', 'w/A']) made[key] = [await opened.put(key, key), ...(made[key] ?? [])];
    await opened.remove('w/z');
    const { versions, next } = await opened.store.listVersions(bucket, 'w/');
    expect(versions.map((v) => [v.key, v.versionId])).toEqual(
      ['w/A', odd, 'w/z'].flatMap((key) => made[key]?.map((id) => [key, id]) ?? []),
    );
    expect(next).toBeUndefined();
    expect(versions[0]).toMatchObject({ bucket, size: 3 });
    for (const { lastModified } of versions) expect(new Date(lastModified).toISOString()).toBe(lastModified);
    // What a marker hides is still there, for who knows its version.
    expect(await opened.store.exists({ bucket, key: 'w/z' })).toBe(false);
    expect(await text('w/z', made['w/z']?.[0])).toBe('w/z');
  });

  it('goes on with versions after a key, or after one of its versions', async () => {
    for (const key of ['x/a', 'x/b', 'x/b', 'x/c']) await opened.put(key, 'x');
    const { versions } = await opened.store.listVersions(bucket, 'x/');
    const [first, second] = versions.filter((v) => v.key === 'x/b');
    const keysAfter = async (from: VersionCursor) =>
      (await opened.store.listVersions(bucket, 'x/', from)).versions.map((v) => [v.key, v.versionId]);
    expect(await keysAfter({ key: 'x/b' })).toEqual([['x/c', versions.at(-1)?.versionId]]);
    expect((await keysAfter({ key: 'x/b', versionId: first?.versionId ?? '' }))[0]).toEqual(['x/b', second?.versionId]);
    expect(await keysAfter({ key: 'x/c' })).toEqual([]);
  });
});
