import validate from 'asl-validator';
import { type Contract, resources, type TemplateJson, target, text } from './template.ts';

type Json = Record<string, unknown>;
export type State = Json & { readonly Type: string; readonly Resource?: string };

/** All states of a definition, those inside Map and Parallel too. */
export const states = (definition: Json): [string, State][] =>
  Object.entries((definition.States ?? {}) as Record<string, State>).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...states((state.ItemProcessor ?? {}) as Json),
    ...((state.Branches ?? []) as Json[]).flatMap(states),
  ]);

const isJsonata = (state: State, definition: Json) => (state.QueryLanguage ?? definition.QueryLanguage) === 'JSONata';
const isDistributed = ({ ItemProcessor }: State) =>
  (ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined)?.ProcessorConfig?.Mode === 'DISTRIBUTED';

/** What the local cloud passes over in silence (docs/local-vs-aws.md), where that would change an outcome. */
const IGNORED: readonly [field: string, where?: (state: State, definition: Json) => boolean][] = [
  ['Items', isDistributed],
  ['Output', (state, definition) => ['Parallel', 'Succeed'].includes(state.Type) && isJsonata(state, definition)],
  ['ItemBatcher'],
  ['ResultWriter'],
  ['TimeoutSecondsPath'],
  ['HeartbeatSeconds'],
  ['HeartbeatSecondsPath'],
];

/** @returns a sentence for each field of a machine that works on AWS and not on the laptop */
export const ignoredLocally = (definition: Json): string[] =>
  states(definition).flatMap(([name, state]) =>
    IGNORED.filter(([field, where]) => field in state && (where?.(state, definition) ?? true)).map(
      ([field]) => `${name} (${state.Type}) uses ${field}`,
    ),
  );

export function invalidAsl(definition: Json): string[] {
  const result = validate(definition);
  return result.isValid ? [] : [result.errorsText()];
}

/** What a throttled call of SageMaker is called in a state machine, by integration: neither has a name for it alone. */
const throttledAs = (resource = ''): string | undefined => {
  if (resource.includes(':aws-sdk:sagemaker:')) return 'SageMaker.SageMakerException';
  return resource.includes(':states:::sagemaker:') ? 'SageMaker.AmazonSageMakerException' : undefined;
};

/** What a call of a function is tried again after, by name: none of them is among the `Lambda.…Exception`s that CDK retries. */
const OF_FUNCTIONS = ['Lambda.TooManyRequestsException', 'ConflictError', 'States.Timeout', 'States.TaskFailed'];

/** A task without Retry fails with the first throttle; a function's without time-out waits for ever when its answer is lost. */
export const fragileTasks = (definition: Json): string[] =>
  states(definition).flatMap(([name, state]) => {
    if (state.Type !== 'Task') return [];
    const retried = ((state.Retry ?? []) as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);
    const throttled = retried.includes('States.TaskFailed') ? undefined : throttledAs(state.Resource);
    const isFunction = state.Resource?.includes(':lambda:');
    const endless = isFunction && !(Number(state.TimeoutSeconds) > 0);
    const needed = [...(throttled ? [throttled] : []), ...(isFunction ? OF_FUNCTIONS : [])];
    return [
      ...(retried.length === 0
        ? [`${name} does not retry`]
        : needed.filter((n) => !retried.includes(n)).map((n) => `${name} does not retry ${n}`)),
      ...(endless ? [`${name} has no time-out`] : []),
    ];
  });

/** The definitions of a template's machines, with the logical id of what CloudFormation would name. */
const definitionsIn = (template: TemplateJson): Json[] =>
  resources(template, 'AWS::StepFunctions::StateMachine').map(([, { Properties: p }]) => {
    const parts = (p.DefinitionString['Fn::Join']?.[1] ?? [p.DefinitionString]) as unknown[];
    return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : target(part))).join(''));
  });

/** The task's clock begins before the function's, which may have to be started: the same time-out for both ends well-behaved calls. */
export const tasksOutlastFunctions: Contract = (template) =>
  definitionsIn(template)
    .flatMap(states)
    .flatMap(([name, { Resource, TimeoutSeconds }]) => {
      const called = template.Resources[Resource ?? ''];
      if (called?.Type !== 'AWS::Lambda::Function') return [];
      return Number(TimeoutSeconds) >= called.Properties.Timeout + 30
        ? []
        : [
            `${name}: gives its function ${text(TimeoutSeconds)} s, which may take ${called.Properties.Timeout} s itself`,
          ];
    });
