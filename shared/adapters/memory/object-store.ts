import { readFile, writeFile } from 'node:fs/promises';
import {
  type ObjectAddress,
  ObjectNotFoundError,
  type ObjectStore,
  type VersionCursor,
} from '../../ports/object-store.ts';

export interface MemoryObjectStore extends ObjectStore {
  /** Writes as an S3 client does, and says which version that made. */
  put(bucket: string, key: string, body: Uint8Array | string, lastModified?: string): string;
  /** Deletes as an S3 client does that names no version: with a marker, which hides the versions and keeps them. */
  remove(bucket: string, key: string): void;
}

interface Version {
  readonly versionId: string;
  /** Of a delete marker, none. */
  readonly body: Buffer | undefined;
  readonly lastModified: string;
}

/**
 * Versioned buckets in memory, for tests. Any bucket name is there; keys are held to S3's length.
 * @param pageSize versions a page of `listVersions`
 */
export function memoryObjectStore(pageSize = 1000): MemoryObjectStore {
  const objects = new Map<string, Version[]>();
  const nameOf = (bucket: string, key: string) => `${bucket}\0${key}`;
  let made = 0;

  const add = (bucket: string, key: string, body: Buffer | undefined, lastModified = new Date().toISOString()) => {
    const versionId = body ? `v${++made}` : `marker${objects.get(nameOf(bucket, key))?.length ?? 0}`;
    const version = { versionId, body, lastModified };
    objects.set(nameOf(bucket, key), [...(objects.get(nameOf(bucket, key)) ?? []), version]);
    return version.versionId;
  };
  const put = (bucket: string, key: string, body: Uint8Array | string, lastModified?: string): string => {
    const bytes = Buffer.byteLength(key);
    if (bytes === 0 || bytes > 1024) throw new Error(`an S3 key has 1 to 1,024 bytes, not ${bytes}`);
    return add(bucket, key, Buffer.from(body), lastModified);
  };

  const find = ({ bucket, key, versionId }: ObjectAddress): Buffer | undefined => {
    const versions = objects.get(nameOf(bucket, key)) ?? [];
    return (versionId === undefined ? versions.at(-1) : versions.find((v) => v.versionId === versionId))?.body;
  };
  const get = (address: ObjectAddress): Buffer => {
    const body = find(address);
    if (!body) throw new ObjectNotFoundError(address);
    return body;
  };
  const keysUnder = (bucket: string, prefix: string) =>
    [...objects.keys()]
      .filter((name) => name.startsWith(nameOf(bucket, prefix)))
      .map((name) => name.slice(bucket.length + 1))
      .sort(compareBytes);

  return {
    put,
    remove: (bucket, key) => {
      add(bucket, key, undefined);
    },
    read: async (address) => new Uint8Array(get(address)),
    download: async (address, path) => {
      const body = get(address);
      await writeFile(path, body);
      return body.byteLength;
    },
    write: async ({ bucket, key }, body) => {
      put(bucket, key, body);
    },
    upload: async ({ bucket, key }, path) => {
      put(bucket, key, await readFile(path));
    },
    copy: async (from, to) => {
      put(to.bucket, to.key, get(from));
    },
    exists: async ({ bucket, key }) => find({ bucket, key }) !== undefined,
    list: async (bucket, prefix, { after } = {}) =>
      keysUnder(bucket, prefix).filter(
        (key) => find({ bucket, key }) !== undefined && (after === undefined || compareBytes(key, after) > 0),
      ),
    listVersions: async (bucket, prefix, from) => {
      const all = keysUnder(bucket, prefix).flatMap((key) =>
        (objects.get(nameOf(bucket, key)) ?? [])
          .toReversed()
          .map(({ body, ...version }) => ({ bucket, key, ...version, size: body?.byteLength })),
      );
      const begun = from ? indexAfter(all, from) : 0;
      const page = all.slice(begun, begun + pageSize);
      const last = page.at(-1);
      const versions = page.flatMap(({ size, ...version }) => (size === undefined ? [] : [{ ...version, size }]));
      if (!last || begun + pageSize >= all.length) return { versions };
      return { versions, next: { key: last.key, versionId: last.versionId } };
    },
  };
}

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const indexAfter = (all: readonly { key: string; versionId: string }[], { key, versionId }: VersionCursor): number => {
  if (versionId !== undefined) return all.findIndex((v) => v.key === key && v.versionId === versionId) + 1;
  const next = all.findIndex((v) => compareBytes(v.key, key) > 0);
  return next < 0 ? all.length : next;
};
