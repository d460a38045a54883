import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type ObjectAddress, ObjectNotFoundError } from '../../ports/object-store.ts';

const NOT_FOUND = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);
const isNotFound = (error: unknown) => error instanceof Error && NOT_FOUND.has(error.name);
const isForbidden = (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;

/** Is there such a key? Asked of the listing, which a role may do that may list under a prefix only. */
export async function isListed(client: S3Client, { bucket, key }: ObjectAddress): Promise<boolean> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
  return Contents?.[0]?.Key === key;
}

/** The versions of a key come before those of every other key that begins with it, the newest first. */
async function isVersionListed(client: S3Client, { bucket, key, versionId }: ObjectAddress): Promise<boolean> {
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from }));
    const versions = page.Versions ?? [];
    if (versions.some((v) => v.Key === key && v.VersionId === versionId)) return true;
    if (!page.IsTruncated || versions.some((v) => v.Key !== key)) return false;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/**
 * For `.catch`: tells what is not there from what may not be read. S3 says 403 for both to who may list under a prefix only, because a read names
 * no prefix; so a refusal is held against the listing.
 * @throws ObjectNotFoundError, or the error as it is
 */
export const unlessMissing =
  (client: S3Client, address: ObjectAddress) =>
  async (error: unknown): Promise<never> => {
    if (isNotFound(error)) throw new ObjectNotFoundError(address, { cause: error });
    if (!isForbidden(error)) throw error;
    const listed = address.versionId === undefined ? isListed(client, address) : isVersionListed(client, address);
    // Who may not list either has no better answer than the first.
    if (await listed.catch(() => true)) throw error;
    throw new ObjectNotFoundError(address, { cause: error });
  };
