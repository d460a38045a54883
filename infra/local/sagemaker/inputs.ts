import type { RoleSession, S3Location } from './cloud/ports.ts';
import { parseS3Uri } from './cloud/ports.ts';
import { JobFailure, messageOf } from './errors.ts';

/** An object that a job reads, and its path relative to the prefix that named it. */
export interface InputObject extends S3Location {
  readonly relative: string;
}

export interface S3Source {
  readonly S3DataType?: string | undefined;
  readonly S3Uri?: string | undefined;
}

/**
 * The objects that an S3 data source names: those under a prefix, or those that a manifest lists
 * (`[{"prefix": "s3://bucket/a/"}, "x.csv", "y/z.csv"]`).
 * @throws JobFailure in SageMaker's words when there are none or they may not be read
 */
export async function inputObjects(session: RoleSession, source: S3Source, region: string): Promise<InputObject[]> {
  const uri = source.S3Uri ?? '';
  try {
    if (source.S3DataType === 'ManifestFile') return parseManifest(await session.read(parseS3Uri(uri)), uri);
    const prefix = parseS3Uri(uri);
    const objects = (await session.list(prefix)).filter(({ key }) => !key.endsWith('/'));
    if (objects.length === 0) throw new JobFailure(noObjects(uri, session.roleArn, prefix.bucket, region));
    return objects.map(({ key }) => ({ bucket: prefix.bucket, key, relative: relativeTo(prefix.key, key) }));
  } catch (error) {
    if (error instanceof JobFailure) throw error;
    throw new JobFailure(`ClientError: Data download failed:${messageOf(error)} (${uri}, as ${session.roleArn})`, {
      cause: error,
    });
  }
}

/** @throws JobFailure when it is not a SageMaker manifest */
export function parseManifest(text: string, uri: string): InputObject[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new JobFailure(`ClientError: Data download failed:the manifest ${uri} is not JSON: ${messageOf(error)}`);
  }
  const [head, ...paths] = Array.isArray(entries) ? (entries as unknown[]) : [];
  const prefix = (head as { prefix?: unknown } | undefined)?.prefix;
  if (typeof prefix !== 'string' || paths.some((path) => typeof path !== 'string') || paths.length === 0) {
    const form = '[{"prefix": "s3://bucket/…"}, "path", …]';
    throw new JobFailure(`ClientError: Data download failed:the manifest ${uri} is not of the form ${form}`);
  }
  return (paths as string[]).map((path) => ({ ...parseS3Uri(`${prefix}${path}`), relative: path }));
}

/**
 * What of a key lies below a prefix: `train` and `train/` both give `a.csv` for `train/a.csv`. A prefix that ends within a name (or is
 * all of it) gives the whole name.
 */
export function relativeTo(prefix: string, key: string): string {
  if (prefix !== key && key[prefix.length] === '/') return key.slice(prefix.length + 1);
  return key.slice(prefix.lastIndexOf('/') + 1);
}

const noObjects = (uri: string, role: string, bucket: string, region: string): string =>
  `ClientError: Data download failed:No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket ` +
  `exists in the selected region (${region}), that objects exist under that S3 prefix, and that the role "${role}" has ` +
  `"s3:ListBucket" permissions on bucket "${bucket}".`;
