import { describe, expect, test } from 'vitest';
import { alarmsCanBeEvaluated, alarmsReachSomebody } from './contracts/alarms.ts';
import { CONTRACTS } from './contracts/all.ts';
import {
  consumersLoseNothing,
  failuresAreHeard,
  queuesAreWatched,
  queuesLetSendersIn,
  schedulesWaitForTheirRights,
  sendersLoseNothing,
} from './contracts/edges.ts';
import { keysAreNamed, outputsMayBeEncrypted, rolesMayUseKeys, servicesMayUseKeys } from './contracts/encryption.ts';
import {
  noResourceOfAll,
  noWildcardAction,
  rolesArePassedToSageMaker,
  servicesOfThisAccount,
} from './contracts/permissions.ts';
import { tasksOutlastFunctions } from './contracts/state-machines.ts';
import type { Contract, Resource, TemplateJson } from './contracts/template.ts';
import { type Part, synthesize } from './synth.ts';

const dev = synthesize('dev');

type Spoil = (resource: Resource) => void;

/** Spoils one resource. @returns what the contract says of the template */
function planted(contract: Contract, [part, type, that]: Victim, spoil: Spoil): string[] {
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
/** Only on what matches. */
const dependingOn =
  (kept: RegExp): Spoil =>
  (r) =>
    void Object.assign(r, { DependsOn: r.DependsOn?.filter((id) => kept.test(id)) });
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
const withoutKeys = keeping((s) => !JSON.stringify(s).includes('kms:'));
const withoutEncrypt = keeping((s) => !JSON.stringify(s).includes('kms:Encrypt'));
const withKey = having({ KmsMasterKeyId: 'alias/somebody' });

type Victim = readonly [part: Part, type: string, that: string];
/** The first resource of a type, or the first whose JSON holds `that`. */
const the = (part: Part, type: string, that = ''): Victim => [part, type, that];

type Planted = readonly [what: string, Victim, Spoil, says: RegExp];

const PLANTED: readonly (readonly [Contract, readonly Planted[]])[] = [
  [
    alarmsReachSomebody,
    [
      ['an alarm without action', the('model', ALARM), without('AlarmActions'), /tells nobody/],
      ['an alarm that is switched off', the('model', ALARM), having({ ActionsEnabled: false }), /nobody/],
      ['an alarm without missing data', the('model', ALARM), without('TreatMissingData'), /missing data/],
      ['an alarm without runbook', the('model', ALARM), rewritten(/Runbook.*/, ''), /names no runbook/],
      [
        'a runbook of something else',
        the('model', ALARM),
        rewritten(/runbooks\/.*/, 'runbooks/nobody.md'),
        /the runbook of nobody/,
      ],
    ],
  ],
  [
    alarmsCanBeEvaluated,
    [['an alarm over a month', the('model', ALARM), having({ EvaluationPeriods: 99_999 }), /99999 periods/]],
  ],
  [
    consumersLoseNothing,
    [
      [
        'a worked queue without dead letters',
        the('pipelines', QUEUE, 'RedrivePolicy'),
        without('RedrivePolicy'),
        /no dead letters/,
      ],
      ['a batch that fails as one', the('pipelines', MAPPING), without('FunctionResponseTypes'), /batch/],
      [
        'a message that comes back too soon',
        the('pipelines', QUEUE, 'RedrivePolicy'),
        having({ VisibilityTimeout: 30 }),
        /six times/,
      ],
    ],
  ],
  [
    sendersLoseNothing,
    [
      [
        'a rule without dead letters',
        the('pipelines', RULE),
        (r) => delete r.Properties.Targets[0].DeadLetterConfig,
        /lost/,
      ],
      [
        'a rule that calls a function itself',
        the('pipelines', RULE),
        (r) => (r.Properties.Targets[0].Arn = 'arn:aws:lambda:f'),
        /not a queue/,
      ],
      [
        'a schedule without dead letters',
        the('model', 'AWS::Scheduler::Schedule'),
        (r) => delete r.Properties.Target.DeadLetterConfig,
        /lost/,
      ],
      [
        'a subscription without dead letters',
        the('pipelines', 'AWS::SNS::Subscription'),
        without('RedrivePolicy'),
        /lost/,
      ],
    ],
  ],
  [
    schedulesWaitForTheirRights,
    [
      [
        'a schedule that is made before it may call',
        the('model', 'AWS::Scheduler::Schedule'),
        dependingOn(/^(?!.*Policy)/),
        /may call before SchedulerRoleDefaultPolicy/,
      ],
      [
        'a schedule that is made before what it calls',
        the('pipelines', 'AWS::Scheduler::Schedule', ':modelloop-dev-sweep'),
        dependingOn(/SchedulerRole/),
        /before \w*Undelivered[\s\S]*before \w*sweepFunction/,
      ],
      [
        'a schedule whose role may do nothing',
        the('model', 'AWS::Scheduler::Schedule'),
        (r) => (r.Properties.Target.RoleArn = 'arn:aws:iam::a:role/other'),
        /may do nothing/,
      ],
    ],
  ],
  [
    queuesAreWatched,
    [
      [
        'a queue whose age nobody watches',
        the('pipelines', ALARM, 'ApproximateAgeOfOldestMessage'),
        without('MetricName'),
        /how long messages wait/,
      ],
      [
        'dead letters that nobody watches',
        the('pipelines', ALARM, 'ApproximateNumberOfMessagesVisible'),
        without('MetricName'),
        /its dead letters/,
      ],
    ],
  ],
  [
    failuresAreHeard,
    [
      [
        'a time-out that nobody hears of',
        the('pipelines', RULE, 'Step Functions Execution Status Change'),
        (r) => (r.Properties.EventPattern.detail.status = ['FAILED', 'ABORTED']),
        /nobody hears that an execution is TIMED_OUT/,
      ],
      [
        'a machine that nobody listens to',
        the('pipelines', 'AWS::StepFunctions::StateMachine'),
        having({ StateMachineName: 'modelloop-dev-other' }),
        /nobody listens/,
      ],
    ],
  ],
  [
    tasksOutlastFunctions,
    [
      [
        'a function that may take as long as its task',
        the('pipelines', 'AWS::Lambda::Function', '-plan-run"'),
        having({ Timeout: 90 }),
        /Plan the run: gives its function 90 s/,
      ],
    ],
  ],
  [
    servicesMayUseKeys,
    [
      [
        'an encrypted queue whose key events may not use',
        the('pipelines', QUEUE, '-uploads"'),
        withKey,
        /events\.amazonaws\.com may not use the key/,
      ],
      [
        'an encrypted dead-letter queue likewise',
        the('pipelines', QUEUE, '-uploads-dead"'),
        withKey,
        /events\.amazonaws\.com may not/,
      ],
      [
        'an encrypted queue whose key a topic may not use',
        the('pipelines', QUEUE, '-dev-alarms"'),
        withKey,
        /sns\.amazonaws\.com may not/,
      ],
      [
        'a topic whose key alarms may not use',
        the('pipelines', 'AWS::KMS::Key'),
        (r) => (r.Properties.KeyPolicy.Statement = r.Properties.KeyPolicy.Statement.slice(0, 1)),
        /cloudwatch\.amazonaws\.com may not use its key/,
      ],
      [
        'a topic with a key of AWS’s',
        the('pipelines', 'AWS::SNS::Topic'),
        having({ KmsMasterKeyId: 'alias/aws/sns' }),
        /key of AWS/,
      ],
    ],
  ],
  [
    rolesMayUseKeys,
    [
      [
        'a role that may read what it may not decrypt',
        the('model', POLICY, 's3:GetObject'),
        withoutKeys,
        /GetObject without kms:Decrypt/,
      ],
    ],
  ],
  [
    keysAreNamed,
    [
      [
        'a role that may use every key',
        the('model', POLICY),
        statement({ Action: 'kms:Decrypt', Resource: 'arn:aws:kms:r:a:key/*' }),
        /every key/,
      ],
    ],
  ],
  [
    noWildcardAction,
    [
      ['a wildcard action', the('model', POLICY), statement({ Action: 's3:*' }), /allows s3:\*/],
      [
        'half a wildcard action',
        the('pipelines', POLICY),
        statement({ Action: ['sns:Publish', 's3:Get*'] }),
        /allows s3:Get\*/,
      ],
      [
        'everything but one action',
        the('model', POLICY),
        (r) => r.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'x' }),
        /by exclusion/,
      ],
    ],
  ],
  [
    noResourceOfAll,
    [
      ['an action on everything', the('model', POLICY), statement({ Resource: '*' }), /s3:GetObject on everything/],
      [
        'measurements of anybody’s',
        the('model', POLICY),
        statement({ Action: 'cloudwatch:PutMetricData', Resource: '*' }),
        /PutMetricData on everything/,
      ],
    ],
  ],
  [
    rolesArePassedToSageMaker,
    [
      ['a role passed to any service', the('model', POLICY), statement({ Action: 'iam:PassRole' }), /any service/],
      ['any role passed', the('model', POLICY), statement({ Action: 'iam:PassRole' }), /passes "x"/],
    ],
  ],
  [
    servicesOfThisAccount,
    [
      [
        'a role for everybody’s SageMaker',
        the('model', 'AWS::IAM::Role', 'sagemaker.amazonaws.com'),
        (r) => delete r.Properties.AssumeRolePolicyDocument.Statement[0].Condition,
        /takes sagemaker\.amazonaws\.com for anybody/,
      ],
    ],
  ],
  [
    outputsMayBeEncrypted,
    [
      [
        'outputs that SageMaker may not encrypt',
        the('model', POLICY, 'kms:Encrypt'),
        withoutEncrypt,
        /may not encrypt/,
      ],
    ],
  ],
  [
    queuesLetSendersIn,
    [
      [
        'a queue that lets no rule in',
        the('pipelines', QUEUE_POLICY, 'events.amazonaws.com'),
        nobodyIn,
        /does not let events\.amazonaws\.com in/,
      ],
      [
        'a queue that lets no topic in',
        the('pipelines', QUEUE_POLICY, 'sns.amazonaws.com'),
        nobodyIn,
        /does not let sns\.amazonaws\.com in/,
      ],
    ],
  ],
];

describe.each(PLANTED.map(([contract, plantings]) => [contract.name, contract, plantings] as const))(
  '%s finds',
  (...given) => {
    const [, contract, plantings] = given;
    test.each(plantings)('%s', (_, victim, spoil, says) => {
      expect(planted(contract, victim, spoil).join('\n')).toMatch(says);
    });
  },
);

test('each contract is shown to find something', () => {
  const shown = new Set(PLANTED.map(([contract]) => contract));
  expect(Object.entries(CONTRACTS).filter(([, contract]) => !shown.has(contract))).toEqual([]);
});
