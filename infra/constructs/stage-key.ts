import { Alias, type IKey, Key, type KeyProps } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * A key by the alias that policies, and whoever encrypts, know it by.
 * @param own the ARN of a key of the company's, which gets the alias; without it a key is made, and rotated every year
 */
export function stageKey(scope: Construct, alias: string, own: string | undefined, made: KeyProps): IKey {
  if (own === undefined) return new Key(scope, 'Key', { ...made, alias, enableKeyRotation: true });
  const key = Key.fromKeyArn(scope, 'OwnKey', own);
  // The same logical id as that of a key of ours: CloudFormation moves the alias rather than make a second one of its name.
  new Alias(new Construct(scope, 'Key'), 'Alias', { aliasName: alias, targetKey: key });
  return key;
}
