import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type ObjectAddress, ObjectNotFoundError, type ObjectStore } from '../../ports/object-store.ts';
import { isListed, unlessMissing } from './missing-object.ts';

/** Objects in S3. Sizes up to 5 GB: one PutObject or CopyObject each. */
export function s3ObjectStore(client: S3Client): ObjectStore {
  const open = async (address: ObjectAddress) => {
    const { Body } = await client.send(new GetObjectCommand(located(address))).catch(unlessMissing(client, address));
    if (!Body) throw new ObjectNotFoundError(address);
    return Body;
  };

  return {
    read: async (address) => (await open(address)).transformToByteArray(),

    download: async (address, path) => {
      await pipeline((await open(address)) as Readable, createWriteStream(path));
      return (await stat(path)).size;
    },

    write: async (address, body, contentType) => {
      await client.send(new PutObjectCommand({ ...located(address), Body: body, ...typed(contentType) }));
    },

    upload: async (address, path, contentType) => {
      const { size } = await stat(path);
      const body = { Body: createReadStream(path), ContentLength: size };
      await client.send(new PutObjectCommand({ ...located(address), ...body, ...typed(contentType) }));
    },

    copy: async (from, to) => {
      await client
        .send(new CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource: copySource(from) }))
        .catch(unlessMissing(client, from));
    },

    exists: (address) => isListed(client, address),

    list: async (bucket, prefix, { after } = {}) => {
      const keys: string[] = [];
      const from = after === undefined ? {} : { StartAfter: after };
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, ...from }))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      return keys;
    },

    listVersions: async (bucket, prefix, from) => {
      const page = await client.send(
        new ListObjectVersionsCommand({
          Bucket: bucket,
          Prefix: prefix,
          // One key with a character that XML does not have would make the whole page unreadable.
          EncodingType: 'url',
          ...(from && { KeyMarker: from.key }),
          ...(from?.versionId !== undefined && { VersionIdMarker: from.versionId }),
        }),
      );
      const decoded = page.EncodingType === 'url' ? fromUrl : (key: string) => key;
      const versions = (page.Versions ?? []).flatMap(({ Key, VersionId, Size = 0, LastModified }) =>
        Key !== undefined && VersionId !== undefined && LastModified
          ? [{ bucket, key: decoded(Key), versionId: VersionId, size: Size, lastModified: LastModified.toISOString() }]
          : [],
      );
      const { IsTruncated, NextKeyMarker: key, NextVersionIdMarker: versionId } = page;
      if (!IsTruncated || key === undefined) return { versions };
      return { versions, next: { key: decoded(key), ...(versionId !== undefined && { versionId }) } };
    },
  };
}

const fromUrl = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

const located = ({ bucket, key, versionId }: ObjectAddress) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

const typed = (contentType: string | undefined) => (contentType === undefined ? {} : { ContentType: contentType });

/** This header is not encoded by the SDK. */
const copySource = ({ bucket, key, versionId }: ObjectAddress) =>
  [bucket, ...key.split('/')].map(encodeURIComponent).join('/') +
  (versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`);
