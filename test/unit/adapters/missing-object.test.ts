import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../../shared/adapters/aws/object-store.ts';
import { ObjectNotFoundError } from '../../../shared/ports/object-store.ts';

/** S3 answers 403 for what is not there to who may list under a prefix only: what the local cloud never says. */

const bucket = 'b';
const key = 'in/churn/a.csv';
const refusal = new S3ServiceException({
  ...{ name: 'AccessDenied', $fault: 'client', message: 'Access Denied' },
  $metadata: { httpStatusCode: 403 },
});

describe('a refused read', () => {
  const client = mockClient(S3Client);
  const store = s3ObjectStore(
    new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
  );
  beforeEach(() => {
    client.reset();
    client.on(GetObjectCommand).rejects(refusal);
    client.on(CopyObjectCommand).rejects(refusal);
  });

  it('of a key that is not listed is of an object that is not there', async () => {
    client.on(ListObjectsV2Command).resolves({ Contents: [{ Key: `${key}.gz` }] });
    await expect(store.read({ bucket, key })).rejects.toThrow(ObjectNotFoundError);
    await expect(store.copy({ bucket, key }, { bucket, key: 'x' })).rejects.toThrow(ObjectNotFoundError);
  });

  it('of a key that is listed is a missing right', async () => {
    client.on(ListObjectsV2Command).resolves({ Contents: [{ Key: key }] });
    await expect(store.read({ bucket, key })).rejects.toThrow('Access Denied');
  });

  it('by who may not list either stays what it is', async () => {
    client.on(ListObjectsV2Command).rejects(refusal);
    await expect(store.read({ bucket, key })).rejects.toThrow('Access Denied');
  });

  it('of a version asks for the versions of the key, on as many pages as there are', async () => {
    client
      .on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [{ Key: key, VersionId: '3' }],
        IsTruncated: true,
        NextKeyMarker: key,
        NextVersionIdMarker: '3',
      })
      .resolvesOnce({ Versions: [{ Key: key, VersionId: '2' }] })
      .resolves({
        Versions: [
          { Key: key, VersionId: '2' },
          { Key: `${key}.gz`, VersionId: '1' },
        ],
        IsTruncated: true,
      });
    await expect(store.read({ bucket, key, versionId: '2' })).rejects.toThrow('Access Denied');
    expect(client.commandCalls(ListObjectVersionsCommand)[1]?.args[0].input).toMatchObject({
      KeyMarker: key,
      VersionIdMarker: '3',
    });
    await expect(store.read({ bucket, key, versionId: '1' })).rejects.toThrow(ObjectNotFoundError);
  });
});
