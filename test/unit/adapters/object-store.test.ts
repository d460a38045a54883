import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { s3ObjectStore } from '../../../shared/adapters/aws/object-store.ts';

it('asks S3 to encode keys and decodes them: one with a control character does not hide the others', async () => {
  const client = mockClient(S3Client);
  const LastModified = new Date('2026-01-01T00:00:00Z');
  client.on(ListObjectVersionsCommand).resolves({
    EncodingType: 'url',
    IsTruncated: true,
    NextKeyMarker: 'in/a+b%2Bc%01',
    NextVersionIdMarker: 'v1',
    Versions: [{ Key: 'in/a+b%2Bc%01', VersionId: 'v1', Size: 3, LastModified }],
    DeleteMarkers: [{ Key: 'in/gone', VersionId: 'v2', LastModified }],
  });
  const store = s3ObjectStore(new S3Client({ region: 'eu-west-1' }));
  expect(await store.listVersions('bucket', 'in/', { key: 'in/\u0000' })).toEqual({
    versions: [
      { bucket: 'bucket', key: 'in/a b+c\u0001', versionId: 'v1', size: 3, lastModified: LastModified.toISOString() },
    ],
    next: { key: 'in/a b+c\u0001', versionId: 'v1' },
  });
  expect(client.commandCalls(ListObjectVersionsCommand)[0]?.args[0].input).toEqual({
    ...{ Bucket: 'bucket', Prefix: 'in/', EncodingType: 'url', KeyMarker: 'in/\u0000' },
  });
});
