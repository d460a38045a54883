import validate from 'asl-validator';

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

/** A task without Retry fails with the first throttle; a function's without time-out waits for ever when its answer is lost. */
export const fragileTasks = (definition: Json): string[] =>
  states(definition).flatMap(([name, state]) => {
    if (state.Type !== 'Task') return [];
    const retried = ((state.Retry ?? []) as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);
    const throttled = retried.includes('States.TaskFailed') ? undefined : throttledAs(state.Resource);
    const endless = state.Resource?.includes(':lambda:') && !(Number(state.TimeoutSeconds) > 0);
    return [
      ...(retried.length === 0 ? [`${name} does not retry`] : []),
      ...(throttled && !retried.includes(throttled) ? [`${name} does not retry ${throttled}`] : []),
      ...(endless ? [`${name} has no time-out`] : []),
    ];
  });
