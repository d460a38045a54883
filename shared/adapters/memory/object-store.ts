import { readFile, writeFile } from 'node:fs/promises';
import { type ObjectAddress, ObjectNotFoundError, type ObjectStore } from '../../ports/object-store.ts';

export interface MemoryObjectStore extends ObjectStore {
  /** Writes as an S3 client does, and says which version that made. */
  put(bucket: string, key: string, body: Uint8Array | string): string;
}

interface Version {
  readonly versionId: string;
  readonly body: Buffer;
}

/** Versioned buckets in memory, for tests. Any bucket name is there; keys are held to S3's length. */
export function memoryObjectStore(): MemoryObjectStore {
  const objects = new Map<string, Version[]>();
  const nameOf = (bucket: string, key: string) => `${bucket}\0${key}`;
  let made = 0;

  const put = (bucket: string, key: string, body: Uint8Array | string): string => {
    const bytes = Buffer.byteLength(key);
    if (bytes === 0 || bytes > 1024) throw new Error(`an S3 key has 1 to 1,024 bytes, not ${bytes}`);
    made += 1;
    const version = { versionId: `v${made}`, body: Buffer.from(body) };
    objects.set(nameOf(bucket, key), [...(objects.get(nameOf(bucket, key)) ?? []), version]);
    return version.versionId;
  };

  const find = ({ bucket, key, versionId }: ObjectAddress): Version | undefined => {
    const versions = objects.get(nameOf(bucket, key)) ?? [];
    return versionId === undefined ? versions.at(-1) : versions.find((v) => v.versionId === versionId);
  };
  const get = (address: ObjectAddress): Buffer => {
    const version = find(address);
    if (!version) throw new ObjectNotFoundError(address);
    return version.body;
  };

  return {
    put,
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
      [...objects.keys()]
        .filter((name) => name.startsWith(nameOf(bucket, prefix)))
        .map((name) => name.slice(bucket.length + 1))
        .filter((key) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  };
}
