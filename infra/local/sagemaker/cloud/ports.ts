/** What jobs and endpoints ask of the cloud around them; always with the role that their request names. */
export interface Cloud {
  /**
   * Takes on a role as SageMaker does.
   * @throws CloudError when the role is not there or cannot be assumed
   */
  assume(roleArn: string, session: string): Promise<RoleSession>;
}

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

export interface RoleSession {
  readonly roleArn: string;
  /** Variables that give the credentials to a container. They last an hour; AWS's would be renewed. */
  environment(): Promise<Record<string, string>>;
  /** Keys under a prefix with their sizes, in order. @throws CloudError */
  list(prefix: S3Location): Promise<readonly { key: string; size: number }[]>;
  exists(object: S3Location): Promise<boolean>;
  read(object: S3Location): Promise<string>;
  download(object: S3Location, path: string): Promise<void>;
  upload(object: S3Location, path: string, contentType: string): Promise<void>;
  write(object: S3Location, body: string, contentType: string): Promise<void>;
  /** The states of those alarms that are there, by name. @throws CloudError */
  alarmStates(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** @throws CloudError */
  createLogStream(group: string, stream: string): Promise<void>;
  putLogEvents(group: string, stream: string, events: readonly { timestamp: number; message: string }[]): Promise<void>;
}

/** A refusal by the cloud: its code (`AccessDenied`, `NoSuchKey`, …) and its words. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

/** The cloud did not answer: it is being stopped or started, and has refused nothing. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** @throws Error when it is not an S3 URI */
export function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri);
  if (!match) throw new Error(`not an S3 URI: ${uri}`);
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}

export const s3Uri = ({ bucket, key }: S3Location): string => `s3://${bucket}/${key}`;

/** `s3://bucket/a` or `s3://bucket/a/`, and a path below it. */
export const below = (uri: string, path: string): S3Location => parseS3Uri(`${uri.replace(/\/+$/, '')}/${path}`);
