/** Objects in the three repositories (S3). */

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  /** Without it, the newest version. */
  readonly versionId?: string;
}

/** One version of an object; delete markers are none. */
export interface ListedVersion extends Required<ObjectAddress> {
  readonly size: number;
  /** ISO 8601; of a multipart upload, when it began. */
  readonly lastModified: string;
}

export interface VersionPage {
  /** By key, in order of their bytes; of one key the newest first. */
  readonly versions: readonly ListedVersion[];
  /** Where the next page begins; absent after the last. */
  readonly next?: VersionCursor;
}

/** After this version of the key; without one, after all versions of the key. */
export interface VersionCursor {
  readonly key: string;
  readonly versionId?: string;
}

export interface ObjectStore {
  /** The whole object; only for small ones (definitions, manifests, reports). @throws ObjectNotFoundError */
  read(address: ObjectAddress): Promise<Uint8Array>;
  /** Streams the object to a local file; returns its size in bytes. @throws ObjectNotFoundError */
  download(address: ObjectAddress, path: string): Promise<number>;
  write(address: ObjectAddress, body: Uint8Array | string, contentType?: string): Promise<void>;
  /** Streams a local file to the object. */
  upload(address: ObjectAddress, path: string, contentType?: string): Promise<void>;
  /** Server-side copy of the exact version named. */
  copy(from: ObjectAddress, to: ObjectAddress): Promise<void>;
  /** Is there a newest version? */
  exists(address: Omit<ObjectAddress, 'versionId'>): Promise<boolean>;
  /** Keys under a prefix, in order of their bytes; only those that come after `after`, where it is given. */
  list(bucket: string, prefix: string, options?: { readonly after?: string }): Promise<readonly string[]>;
  /** At most 1,000 versions, older ones and those of deleted objects too. */
  listVersions(bucket: string, prefix: string, from?: VersionCursor): Promise<VersionPage>;
}

export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  readonly address: ObjectAddress;
  constructor(address: ObjectAddress, options?: ErrorOptions) {
    super(
      `no object s3://${address.bucket}/${address.key}${address.versionId ? ` (${address.versionId})` : ''}`,
      options,
    );
    this.address = address;
  }
}
