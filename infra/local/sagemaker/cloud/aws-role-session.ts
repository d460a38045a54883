import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Settings } from '../settings.ts';
import type { RoleSession, S3Location } from './ports.ts';
import { CloudError } from './ports.ts';
import { translated } from './translate.ts';

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** S3, CloudWatch Logs and alarms as one role sees them. */
export class AwsRoleSession implements RoleSession {
  readonly roleArn: string;
  readonly #settings: Settings;
  readonly #credentials: () => Promise<RoleCredentials>;
  readonly #s3: S3Client;
  readonly #logs: CloudWatchLogsClient;
  readonly #alarms: CloudWatchClient;

  constructor(settings: Settings, roleArn: string, credentials: () => Promise<RoleCredentials>) {
    this.roleArn = roleArn;
    this.#settings = settings;
    this.#credentials = credentials;
    const common = { region: settings.region, endpoint: settings.endpointUrl, credentials };
    this.#s3 = new S3Client({ ...common, forcePathStyle: true });
    this.#logs = new CloudWatchLogsClient(common);
    this.#alarms = new CloudWatchClient(common);
  }

  async environment(): Promise<Record<string, string>> {
    const { accessKeyId, secretAccessKey, sessionToken } = await this.#credentials();
    const { region, endpointUrl, caBundle } = this.#settings;
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: endpointUrl,
      ...(caBundle ? { AWS_CA_BUNDLE: caBundle } : {}),
    };
  }

  list({ bucket, key }: S3Location): Promise<readonly { key: string; size: number }[]> {
    return translated(async () => {
      const found: { key: string; size: number }[] = [];
      for await (const page of paginateListObjectsV2({ client: this.#s3 }, { Bucket: bucket, Prefix: key })) {
        for (const object of page.Contents ?? []) found.push({ key: object.Key ?? '', size: object.Size ?? 0 });
      }
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  async exists({ bucket, key }: S3Location): Promise<boolean> {
    try {
      await translated(() => this.#s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return true;
    } catch (error) {
      if (error instanceof CloudError && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return false;
      throw error;
    }
  }

  async read({ bucket, key }: S3Location): Promise<string> {
    return translated(async () => {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    });
  }

  download({ bucket, key }: S3Location, path: string): Promise<void> {
    return translated(async () => {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      await pipeline(Body as Readable, createWriteStream(path));
    });
  }

  async upload({ bucket, key }: S3Location, path: string, contentType: string): Promise<void> {
    const { size } = await stat(path);
    const Body = createReadStream(path);
    await translated(() =>
      this.#s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentLength: size, ContentType: contentType }),
      ),
    );
  }

  async write({ bucket, key }: S3Location, body: string, contentType: string): Promise<void> {
    await translated(() =>
      this.#s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType })),
    );
  }

  async alarmStates(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // One a call: each is a resource of its own for IAM.
    const described = await Promise.all(
      names.map((name) => translated(() => this.#alarms.send(new DescribeAlarmsCommand({ AlarmNames: [name] })))),
    );
    const found = described.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [
      ...MetricAlarms,
      ...CompositeAlarms,
    ]);
    return new Map(found.map(({ AlarmName = '', StateValue = '' }) => [AlarmName, StateValue]));
  }

  async createLogStream(group: string, stream: string): Promise<void> {
    const makeStream = () =>
      translated(() => this.#logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream })));
    try {
      await makeStream();
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== 'ResourceNotFoundException') return exceptExisting(error);
      await translated(() => this.#logs.send(new CreateLogGroupCommand({ logGroupName: group }))).catch(exceptExisting);
      await makeStream();
    }
  }

  async putLogEvents(
    group: string,
    stream: string,
    events: readonly { timestamp: number; message: string }[],
  ): Promise<void> {
    await translated(() =>
      this.#logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [...events] })),
    );
  }
}

function exceptExisting(error: unknown): void {
  if (!(error instanceof CloudError) || error.code !== 'ResourceAlreadyExistsException') throw error;
}
