import { expect, test } from 'vitest';
import { alarmsCanBeEvaluated, alarmsReachSomebody } from './contracts/alarms.ts';
import { CONTRACTS } from './contracts/all.ts';
import {
  consumersLoseNothing,
  failuresAreHeard,
  queuesAreWatched,
  queuesLetSendersIn,
  sendersLoseNothing,
} from './contracts/edges.ts';
import { keysAreNamed, outputsMayBeEncrypted, rolesMayUseKeys, servicesMayUseKeys } from './contracts/encryption.ts';
import {
  noResourceOfAll,
  noWildcardAction,
  rolesArePassedToSageMaker,
  servicesOfThisAccount,
} from './contracts/permissions.ts';
import type { Contract, Resource, TemplateJson } from './contracts/template.ts';
import { type Part, synthesize } from './synth.ts';

const dev = synthesize('dev');

type Spoil = (resource: Resource) => void;

/** Spoils the first resource of a type, or the first whose JSON holds `that`. @returns what the contract says of the template */
function planted(contract: Contract, part: Part, type: string, spoil: Spoil, that = ''): string[] {
  const template = structuredClone(dev[part].toJSON()) as TemplateJson;
  const victim = Object.values(template.Resources).find((r) => r.Type === type && JSON.stringify(r).includes(that));
  if (!victim) throw new Error(`no ${type} with ${that} in ${part}`);
  spoil(victim);
  return contract(template);
}

const ALARM = 'AWS::CloudWatch::Alarm';
const QUEUE = 'AWS::SQS::Queue';
const RULE = 'AWS::Events::Rule';
const POLICY = 'AWS::IAM::Policy';
const QUEUE_POLICY = 'AWS::SQS::QueuePolicy';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const statement =
  (change: Record<string, unknown>): Spoil =>
  (r) =>
    void r.Properties.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'x',
      ...change,
    });
const without =
  (...members: string[]): Spoil =>
  (r) => {
    for (const member of members) delete r.Properties[member];
  };
const having =
  (members: Record<string, unknown>): Spoil =>
  (r) =>
    void Object.assign(r.Properties, members);
const rewritten =
  (pattern: RegExp, by: string): Spoil =>
  ({ Properties: p }) =>
    having({ AlarmDescription: p.AlarmDescription.replace(pattern, by) })({ Type: ALARM, Properties: p });
const keeping =
  (keeps: (statement: object) => boolean): Spoil =>
  ({ Properties: { PolicyDocument: document } }) => {
    document.Statement = document.Statement.filter(keeps);
  };
const nobodyIn = keeping((s) => JSON.stringify(s).includes('"Deny"'));
const withoutEncrypt = keeping((s) => !JSON.stringify(s).includes('kms:Encrypt'));
const withKey = having({ KmsMasterKeyId: 'alias/somebody' });

const PLANTED: readonly [
  what: string,
  contract: Contract,
  part: Part,
  type: string,
  Spoil,
  says: RegExp,
  that?: string,
][] = [
  ['an alarm without action', alarmsReachSomebody, 'model', ALARM, without('AlarmActions'), /tells nobody/],
  ['an alarm that is switched off', alarmsReachSomebody, 'model', ALARM, having({ ActionsEnabled: false }), /nobody/],
  ['an alarm without missing data', alarmsReachSomebody, 'model', ALARM, without('TreatMissingData'), /missing data/],
  ['an alarm without runbook', alarmsReachSomebody, 'model', ALARM, rewritten(/Runbook.*/, ''), /names no runbook/],
  [
    'a runbook of something else',
    alarmsReachSomebody,
    'model',
    ALARM,
    (r) =>
      (r.Properties.AlarmDescription = r.Properties.AlarmDescription.replace(/runbooks\/.*/, 'runbooks/nobody.md')),
    /the runbook of nobody/,
  ],
  [
    'an alarm over a month',
    alarmsCanBeEvaluated,
    'model',
    ALARM,
    having({ EvaluationPeriods: 99_999 }),
    /99999 periods/,
  ],
  [
    'a worked queue without dead letters',
    consumersLoseNothing,
    'pipelines',
    QUEUE,
    without('RedrivePolicy'),
    /no dead letters/,
    'RedrivePolicy',
  ],
  ['a batch that fails as one', consumersLoseNothing, 'pipelines', MAPPING, without('FunctionResponseTypes'), /batch/],
  [
    'a message that comes back too soon',
    consumersLoseNothing,
    'pipelines',
    QUEUE,
    having({ VisibilityTimeout: 30 }),
    /six times/,
    'RedrivePolicy',
  ],
  [
    'a rule without dead letters',
    sendersLoseNothing,
    'pipelines',
    RULE,
    (r) => delete r.Properties.Targets[0].DeadLetterConfig,
    /lost/,
  ],
  [
    'a rule that calls a function itself',
    sendersLoseNothing,
    'pipelines',
    RULE,
    (r) => (r.Properties.Targets[0].Arn = 'arn:aws:lambda:f'),
    /not a queue/,
  ],
  [
    'a schedule without dead letters',
    sendersLoseNothing,
    'model',
    'AWS::Scheduler::Schedule',
    (r) => delete r.Properties.Target.DeadLetterConfig,
    /lost/,
  ],
  [
    'a subscription without dead letters',
    sendersLoseNothing,
    'pipelines',
    'AWS::SNS::Subscription',
    without('RedrivePolicy'),
    /lost/,
  ],
  [
    'a queue whose age nobody watches',
    queuesAreWatched,
    'pipelines',
    ALARM,
    without('MetricName'),
    /how long messages wait/,
    'ApproximateAgeOfOldestMessage',
  ],
  [
    'dead letters that nobody watches',
    queuesAreWatched,
    'pipelines',
    ALARM,
    without('MetricName'),
    /its dead letters/,
    'ApproximateNumberOfMessagesVisible',
  ],
  [
    'a time-out that nobody hears of',
    failuresAreHeard,
    'pipelines',
    RULE,
    (r) => (r.Properties.EventPattern.detail.status = ['FAILED', 'ABORTED']),
    /nobody hears that an execution is TIMED_OUT/,
    'Step Functions Execution Status Change',
  ],
  [
    'a machine that nobody listens to',
    failuresAreHeard,
    'pipelines',
    'AWS::StepFunctions::StateMachine',
    having({ StateMachineName: 'modelloop-dev-other' }),
    /nobody listens/,
  ],
  [
    'an encrypted queue whose key events may not use',
    servicesMayUseKeys,
    'pipelines',
    QUEUE,
    withKey,
    /events\.amazonaws\.com may not use the key/,
    '-uploads"',
  ],
  [
    'an encrypted dead-letter queue likewise',
    servicesMayUseKeys,
    'pipelines',
    QUEUE,
    withKey,
    /events\.amazonaws\.com may not/,
    '-uploads-dead"',
  ],
  [
    'an encrypted queue whose key a topic may not use',
    servicesMayUseKeys,
    'pipelines',
    QUEUE,
    withKey,
    /sns\.amazonaws\.com may not/,
    '-dev-alarms"',
  ],
  [
    'a topic whose key alarms may not use',
    servicesMayUseKeys,
    'pipelines',
    'AWS::KMS::Key',
    (r) => (r.Properties.KeyPolicy.Statement = r.Properties.KeyPolicy.Statement.slice(0, 1)),
    /cloudwatch\.amazonaws\.com may not use its key/,
  ],
  [
    'a topic with a key of AWS’s',
    servicesMayUseKeys,
    'pipelines',
    'AWS::SNS::Topic',
    having({ KmsMasterKeyId: 'alias/aws/sns' }),
    /key of AWS/,
  ],
  [
    'a role that may read what it may not decrypt',
    rolesMayUseKeys,
    'model',
    POLICY,
    (r) => {
      const { Statement } = r.Properties.PolicyDocument;
      r.Properties.PolicyDocument.Statement = Statement.filter((s: object) => !JSON.stringify(s).includes('kms:'));
    },
    /GetObject without kms:Decrypt/,
    's3:GetObject',
  ],
  [
    'a role that may use every key',
    keysAreNamed,
    'model',
    POLICY,
    statement({ Action: 'kms:Decrypt', Resource: 'arn:aws:kms:r:a:key/*' }),
    /every key/,
  ],
  ['a wildcard action', noWildcardAction, 'model', POLICY, statement({ Action: 's3:*' }), /allows s3:\*/],
  [
    'half a wildcard action',
    noWildcardAction,
    'pipelines',
    POLICY,
    statement({ Action: ['sns:Publish', 's3:Get*'] }),
    /allows s3:Get\*/,
  ],
  [
    'everything but one action',
    noWildcardAction,
    'model',
    POLICY,
    (r) => r.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'x' }),
    /by exclusion/,
  ],
  [
    'an action on everything',
    noResourceOfAll,
    'model',
    POLICY,
    statement({ Resource: '*' }),
    /s3:GetObject on everything/,
  ],
  [
    'measurements of anybody’s',
    noResourceOfAll,
    'model',
    POLICY,
    statement({ Action: 'cloudwatch:PutMetricData', Resource: '*' }),
    /PutMetricData on everything/,
  ],
  [
    'a role passed to any service',
    rolesArePassedToSageMaker,
    'model',
    POLICY,
    statement({ Action: 'iam:PassRole' }),
    /any service/,
  ],
  ['any role passed', rolesArePassedToSageMaker, 'model', POLICY, statement({ Action: 'iam:PassRole' }), /passes "x"/],
  [
    'a role for everybody’s SageMaker',
    servicesOfThisAccount,
    'model',
    'AWS::IAM::Role',
    (r) => delete r.Properties.AssumeRolePolicyDocument.Statement[0].Condition,
    /takes sagemaker\.amazonaws\.com for anybody/,
    'sagemaker.amazonaws.com',
  ],
  [
    'outputs that SageMaker may not encrypt',
    outputsMayBeEncrypted,
    'model',
    POLICY,
    withoutEncrypt,
    /may not encrypt/,
    'kms:Encrypt',
  ],
  [
    'a queue that lets no rule in',
    queuesLetSendersIn,
    'pipelines',
    QUEUE_POLICY,
    nobodyIn,
    /does not let events\.amazonaws\.com in/,
    'events.amazonaws.com',
  ],
  [
    'a queue that lets no topic in',
    queuesLetSendersIn,
    'pipelines',
    QUEUE_POLICY,
    nobodyIn,
    /does not let sns\.amazonaws\.com in/,
    'sns.amazonaws.com',
  ],
];

test.each(PLANTED)('found when planted: %s', (_, contract, part, type, spoil, says, that) => {
  expect(planted(contract, part, type, spoil, that).join('\n')).toMatch(says);
});

test('each contract is shown to find something', () => {
  const shown = new Set(PLANTED.map(([, contract]) => contract));
  expect(Object.entries(CONTRACTS).filter(([, contract]) => !shown.has(contract))).toEqual([]);
});
