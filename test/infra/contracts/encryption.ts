import { type Contract, grants, list, resources, type Statement, type TemplateJson, target, text } from './template.ts';

/**
 * A hop over something encrypted fails without a word when whoever sends may not use the key. A queue that is encrypted by SQS itself
 * needs no grant; one with a key does, from each service that sends to it.
 */
export const servicesMayUseKeys: Contract = (template) => [
  ...sendersToQueues(template).flatMap(({ id, queue, service }) => {
    const key = template.Resources[queue]?.Properties.KmsMasterKeyId;
    if (key === undefined) return [];
    return keyAllows(template, key, service) ? [] : [`${id}: ${service} may not use the key of ${queue}`];
  }),
  ...resources(template, 'AWS::SNS::Topic').flatMap(([id, { Properties: p }]) => {
    if (!p.KmsMasterKeyId) return [`${id}: is not encrypted`];
    if (text(p.KmsMasterKeyId).includes('alias/aws/')) return [`${id}: CloudWatch may not use a key of AWS's`];
    return takesAlarms(template, id) && !keyAllows(template, p.KmsMasterKeyId, 'cloudwatch.amazonaws.com')
      ? [`${id}: cloudwatch.amazonaws.com may not use its key`]
      : [];
  }),
];

/** Services that send to queues, by rules and by subscriptions, to where they mean to and to the dead letters of that. */
export function sendersToQueues(template: TemplateJson): { id: string; queue: string; service: string }[] {
  const ofRules = resources(template, 'AWS::Events::Rule').flatMap(([id, r]) =>
    (r.Properties.Targets as { Arn: unknown; DeadLetterConfig?: { Arn: unknown } }[]).flatMap((t) =>
      [t.Arn, t.DeadLetterConfig?.Arn].map((arn) => ({ id, queue: target(arn), service: 'events.amazonaws.com' })),
    ),
  );
  const ofTopics = resources(template, 'AWS::SNS::Subscription').flatMap(([id, { Properties: p }]) =>
    [p.Endpoint, p.RedrivePolicy?.deadLetterTargetArn].map((arn) => ({
      ...{ id, service: 'sns.amazonaws.com' },
      queue: typeof arn === 'string' ? undefined : target(arn),
    })),
  );
  return [...ofRules, ...ofTopics].flatMap(({ queue, ...rest }) => (queue ? [{ ...rest, queue }] : []));
}

const takesAlarms = (template: TemplateJson, topic: string) =>
  resources(template, 'AWS::SNS::TopicPolicy').some(
    ([, p]) => text(p.Properties.Topics).includes(`"${topic}"`) && text(p).includes('cloudwatch.amazonaws.com'),
  );

/** By its alias a key is found through the alias resource; one of another template cannot be looked into. */
function keyAllows(template: TemplateJson, named: unknown, service: string): boolean {
  const alias = resources(template, 'AWS::KMS::Alias').find(([, a]) => a.Properties.AliasName === named);
  const key = template.Resources[target(alias?.[1].Properties.TargetKeyId ?? named) ?? ''];
  return ((key?.Properties.KeyPolicy.Statement ?? []) as Statement[]).some(
    (s) =>
      text(s.Principal).includes(service) &&
      ['kms:Decrypt', 'kms:GenerateDataKey*'].every((action) => list(s.Action).includes(action)),
  );
}

/** What a role does with our encrypted things, and what it needs of their key for that. */
const NEEDS: readonly (readonly [action: RegExp, resource: RegExp, key: string])[] = [
  [/^s3:GetObject/, /s3:::modelloop-/, 'kms:Decrypt'],
  [/^s3:PutObject/, /s3:::modelloop-/, 'kms:GenerateDataKey'],
  // SSE-KMS uploads in parts are decrypted when they are put together.
  [/^s3:PutObject/, /s3:::modelloop-/, 'kms:Decrypt'],
  [/^dynamodb:/, /:table\/modelloop-/, 'kms:Decrypt'],
  [/^sns:Publish$/, /:modelloop-/, 'kms:GenerateDataKey'],
  [/^sns:Publish$/, /:modelloop-/, 'kms:Decrypt'],
];

export const rolesMayUseKeys: Contract = (template) => {
  const all = grants(template);
  return all.flatMap(({ at, statement }) => {
    const keys = all
      .filter((g) => g.at === at && text(g.statement.Resource).includes(':key/'))
      .flatMap((g) => list(g.statement.Action));
    const needed = NEEDS.filter(
      ([action, resource]) =>
        list(statement.Action).some((a) => action.test(a)) && resource.test(text(statement.Resource)),
    );
    return needed
      .filter(([, , key]) => !keys.includes(key))
      .map(([a, , key]) => `${at}: has ${a.source} without ${key}`);
  });
};

/** SageMaker, told a key by its alias, asks its role for a right that S3 does not ask for. */
export const outputsMayBeEncrypted: Contract = (template) => {
  const ofSageMaker = resources(template, 'AWS::IAM::Role')
    .filter(([, r]) => text(r.Properties.AssumeRolePolicyDocument).includes('sagemaker.amazonaws.com'))
    .map(([id]) => id);
  const granted = (role: string, action: string) =>
    grants(template).some(
      ({ at, statement }) =>
        list(template.Resources[at]?.Properties.Roles).some((r) => target(r) === role) &&
        list(statement.Action).includes(action),
    );
  return ofSageMaker
    .filter((role) => granted(role, 's3:PutObject') && !granted(role, 'kms:Encrypt'))
    .map((role) => `${role}: SageMaker may not encrypt what it writes`);
};

/** A grant on all keys of an account insists on the alias of one. */
export const keysAreNamed: Contract = (template) =>
  grants(template)
    .filter(({ statement }) => list(statement.Action).some((a) => a.startsWith('kms:')))
    .filter(({ statement }) => /key\/\*/.test(text(statement.Resource)) || list(statement.Resource).includes('*'))
    .filter(({ statement }) => !text(statement.Condition).includes('kms:ResourceAliases'))
    .map(({ at }) => `${at}: may use every key of the account`);
