import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** No region anywhere in the chain: environment, shared configuration. */
export class NoRegionError extends Error {
  override readonly name = 'NoRegionError';
}

/**
 * Whose account and which region the ordinary chain of credentials and configuration leads to.
 * @throws NoRegionError, or what STS or the credential chain says
 */
export async function callerIdentity(): Promise<{
  readonly account: string;
  readonly region: string;
  readonly arn: string;
}> {
  const client = new STSClient({});
  const region = await client.config.region().catch((cause: unknown) => {
    throw new NoRegionError('no AWS region is configured', { cause });
  });
  const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
  if (!Account || !Arn) throw new Error('STS answered GetCallerIdentity without an account or an ARN');
  return { account: Account, region, arn: Arn };
}
