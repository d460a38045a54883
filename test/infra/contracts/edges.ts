import { sendersToQueues } from './encryption.ts';
import {
  type Contract,
  list,
  type Resource,
  resources,
  type Statement,
  type TemplateJson,
  target,
  text,
} from './template.ts';

const queueOf = (template: TemplateJson, reference: unknown): Resource | undefined => {
  const found = template.Resources[target(reference) ?? ''];
  return found?.Type === 'AWS::SQS::Queue' ? found : undefined;
};

/** The name of the queue where a queue's failed messages go, if it is in the template. */
const deadLettersOf = (template: TemplateJson, queue: Resource | undefined) =>
  queueOf(template, queue?.Properties.RedrivePolicy?.deadLetterTargetArn)?.Properties.QueueName;

/** A function that is fed by a queue: failures are told one by one, come again, and end where somebody sees them. */
export const consumersLoseNothing: Contract = (template) =>
  resources(template, 'AWS::Lambda::EventSourceMapping').flatMap(([id, { Properties: p }]) => {
    const queue = queueOf(template, p.EventSourceArn);
    const timeout = template.Resources[target(p.FunctionName) ?? '']?.Properties.Timeout;
    return [
      ...(queue?.Properties.RedrivePolicy?.maxReceiveCount === 5 && deadLettersOf(template, queue)
        ? []
        : [`${id}: its queue has no dead letters after five tries`]),
      ...(queue?.Properties.VisibilityTimeout >= 6 * timeout
        ? []
        : [`${id}: a message comes back before six times the function's timeout`]),
      ...(list(p.FunctionResponseTypes).includes('ReportBatchItemFailures')
        ? []
        : [`${id}: one bad message takes its batch down`]),
    ];
  });

/** Whatever sends without waiting for an answer says where the undeliverable goes. */
export const sendersLoseNothing: Contract = (template) => [
  ...resources(template, 'AWS::Events::Rule').flatMap(
    ([
      id,
      {
        Properties: { Targets = [] },
      },
    ]) => [
      ...(Targets.length === 1 ? [] : [`${id}: has ${Targets.length} targets`]),
      ...(Targets as Record<string, never>[]).flatMap((t) => [
        ...(queueOf(template, t.Arn) ? [] : [`${id}: its target is not a queue`]),
        ...(queueOf(template, (t.DeadLetterConfig as { Arn?: unknown } | undefined)?.Arn)
          ? []
          : [`${id}: what cannot be delivered is lost`]),
      ]),
    ],
  ),
  ...resources(template, 'AWS::Scheduler::Schedule')
    .filter(([, { Properties: p }]) => !text(p.Target.DeadLetterConfig?.Arn).includes('-schedules-dead'))
    .map(([id]) => `${id}: what cannot be started is lost`),
  // Queues that people read are no edges: nothing works on them.
  ...resources(template, 'AWS::SNS::Subscription')
    .filter(([, { Properties: p }]) => queueOf(template, p.Endpoint) && !p.RedrivePolicy)
    .map(([id]) => `${id}: what cannot be delivered is lost`),
];

/** A schedule calls as soon as it is there: what it calls, and the right to, must be there before, as far as they are in one stack. */
export const schedulesWaitForTheirRights: Contract = (template) => {
  const rightsOf = (role: unknown) =>
    resources(template, 'AWS::IAM::Policy')
      .filter(([, { Properties: p }]) => list(p.Roles).some((r) => target(r) === target(role)))
      .map(([policy]) => policy);
  const named = (names: string) =>
    Object.entries(template.Resources)
      .filter(([, { Properties: p }]) => names.includes(`:${p?.FunctionName ?? p?.QueueName}"`))
      .map(([id]) => id);
  return resources(template, 'AWS::Scheduler::Schedule').flatMap(([id, { Properties: p, DependsOn }]) => {
    const rights = rightsOf(p.Target.RoleArn);
    return [
      ...(rights.length > 0 ? [] : [`${id}: its role may do nothing`]),
      ...[...rights, ...named(text(p.Target))]
        .filter((needed) => !list(DependsOn).includes(needed))
        .map((needed) => `${id}: may call before ${needed} is there`),
    ];
  });
};

/** A queue, and the dead letters of what sends to it, let the service in that sends: otherwise the message is gone without a word. */
export const queuesLetSendersIn: Contract = (template) => {
  const policies = resources(template, 'AWS::SQS::QueuePolicy');
  const lets = (queue: string, service: string) =>
    policies.some(
      ([, { Properties: p }]) =>
        list(p.Queues).some((q) => target(q) === queue) &&
        (p.PolicyDocument.Statement as Statement[]).some(
          (s) =>
            s.Effect === 'Allow' && list(s.Action).includes('sqs:SendMessage') && text(s.Principal).includes(service),
        ),
    );
  return sendersToQueues(template)
    .filter(({ queue, service }) => !lets(queue, service))
    .map(({ id, queue, service }) => `${id}: ${queue} does not let ${service} in`);
};

/** What waits is seen: the age of each queue that is worked on, the depth of each that is not. */
export const queuesAreWatched: Contract = (template) => {
  const watched = (metric: string) =>
    resources(template, 'AWS::CloudWatch::Alarm')
      .filter(([, a]) => a.Properties.MetricName === metric)
      .map(([, a]) => a.Properties.Dimensions?.[0]?.Value);
  const ages = watched('ApproximateAgeOfOldestMessage');
  const depths = watched('ApproximateNumberOfMessagesVisible');
  return resources(template, 'AWS::SQS::Queue').flatMap(
    ([
      id,
      {
        Properties: { QueueName, RedrivePolicy },
      },
    ]) => {
      if (/-pages-inbox$/.test(QueueName)) return [];
      if (RedrivePolicy) return ages.includes(QueueName) ? [] : [`${id}: nobody looks how long messages wait`];
      return depths.includes(QueueName) ? [] : [`${id}: nobody looks at its dead letters`];
    },
  );
};

/** Time-outs and stopped executions bypass every Catch: a rule on their end is the only way to hear of them. */
export const failuresAreHeard: Contract = (template) => {
  const pattern = resources(template, 'AWS::Events::Rule')
    .map(([, r]) => r.Properties.EventPattern)
    .find((p) => p?.['detail-type']?.includes('Step Functions Execution Status Change'));
  const missing = ['FAILED', 'TIMED_OUT', 'ABORTED'].filter((s) => !list(pattern?.detail?.status).includes(s));
  return resources(template, 'AWS::StepFunctions::StateMachine').flatMap(([id, m]) => [
    ...missing.map((status) => `${id}: nobody hears that an execution is ${status}`),
    ...(text(pattern?.detail?.stateMachineArn).includes(`stateMachine:${m.Properties.StateMachineName}`)
      ? []
      : [`${id}: nobody listens to it`]),
  ]);
};
