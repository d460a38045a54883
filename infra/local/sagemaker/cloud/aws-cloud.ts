import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Settings } from '../settings.ts';
import type { RoleCredentials } from './aws-role-session.ts';
import { AwsRoleSession } from './aws-role-session.ts';
import type { Cloud, RoleSession } from './ports.ts';
import { translated } from './translate.ts';

/** Longest session that a role allows unless it says otherwise. */
const SESSION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;

/** The cloud at AWS_ENDPOINT_URL, reached with this process's own credentials for one call only: STS AssumeRole. */
export class AwsCloud implements Cloud {
  readonly #sts: STSClient;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#sts = new STSClient({ region: settings.region, endpoint: settings.endpointUrl });
  }

  async assume(roleArn: string, session: string): Promise<RoleSession> {
    let current = await this.#credentials(roleArn, session);
    const credentials = async (): Promise<RoleCredentials> => {
      const left = current.expiration.getTime() - Date.now();
      if (left < RENEW_BEFORE_MS) current = await this.#credentials(roleArn, session);
      return current;
    };
    return new AwsRoleSession(this.#settings, roleArn, credentials);
  }

  #credentials(roleArn: string, session: string): Promise<RoleCredentials> {
    return translated(async () => {
      const { Credentials } = await this.#sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: session.slice(0, 64),
          DurationSeconds: SESSION_SECONDS,
        }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
        throw new Error(`STS gave no credentials for ${roleArn}`);
      }
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiration: new Date(Expiration),
      };
    });
  }
}
