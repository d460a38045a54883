/** What Step Functions says of an execution that did not succeed. */
export interface EndedExecution {
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface Failure {
  /** A word for programs. */
  readonly error: string;
  /** A sentence for people. */
  readonly reason: string;
}

const MAX_REASON = 2000;

/**
 * Why an execution failed, in words. A cause is text, or JSON: a SageMaker job's description (`FailureReason` says why), or a Lambda's
 * `{errorType, errorMessage}`; Step Functions cuts long causes, so that JSON may end in the middle.
 */
export const failureOf = ({ status, error, cause }: EndedExecution): Failure => {
  if (status === 'TIMED_OUT') return { error: error ?? 'States.Timeout', reason: 'the execution took too long' };
  if (status === 'ABORTED') return { error: error ?? 'Aborted', reason: `the execution was stopped${because(cause)}` };
  if (status === 'SUCCEEDED')
    return { error: 'NothingRecorded', reason: 'the execution ended without recording its result' };
  const reason = reasonIn(cause ?? '') ?? `the execution failed: ${error ?? 'without an error'}`;
  return { error: error ?? 'Unknown', reason: cut(reason) };
};

/** What SageMaker's own faults begin with; the others are the model's, its code's or its data's. */
const SAGEMAKERS_OWN = /^(InternalServerError|CapacityError)\b/;

/** Did a batch transform fail because of what it was given? Not when it could not be started, was stopped, or SageMaker failed. */
export const transformFailedItself = ({ error, cause = '' }: Omit<EndedExecution, 'status'>): boolean => {
  const member = reader(cause);
  return (
    error === 'States.TaskFailed' &&
    member('TransformJobStatus') === 'Failed' &&
    !SAGEMAKERS_OWN.test(member('FailureReason') ?? '')
  );
};

const because = (cause: string | undefined) => (cause ? `: ${cut(cause)}` : '');

const reasonIn = (cause: string): string | undefined => {
  if (cause === '') return undefined;
  const member = reader(cause);
  const why = member('FailureReason');
  for (const [kind, name] of [
    ['training', member('TrainingJobName')],
    ['transform', member('TransformJobName')],
  ] as const)
    if (name) return `${kind} job ${name} ${ending(member(`${capital(kind)}JobStatus`))}: ${why ?? 'no reason given'}`;
  if (why) return why;
  const message = member('errorMessage');
  if (message === undefined) return cause;
  const type = member('errorType');
  return type && type !== 'Error' ? `${type}: ${message}` : message;
};

const ending = (status: string | undefined) =>
  status === 'Stopped' || status === 'Stopping' ? 'was stopped' : 'failed';

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** Reads string members of a JSON object, of a cut one too. */
const reader = (text: string): ((name: string) => string | undefined) => {
  try {
    const value: unknown = JSON.parse(text);
    const object = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
    return (name) => (typeof object[name] === 'string' ? object[name] : undefined);
  } catch {
    return (name) => {
      const found = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(text)?.[1];
      return found === undefined ? undefined : (JSON.parse(found) as string);
    };
  }
};

const cut = (text: string) => (text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON)}…`);
