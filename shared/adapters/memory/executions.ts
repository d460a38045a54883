import type { Pipeline } from '../../domain/names.ts';
import type { ExecutionState, Executions } from '../../ports/executions.ts';

export interface MemoryExecutions extends Executions {
  /** Each execution once, in the order of their starts. */
  readonly started: readonly { readonly pipeline: Pipeline; readonly name: string; readonly input: unknown }[];
  /** How many times `start` was called, repeated names included. */
  readonly calls: number;
  readonly arn: (pipeline: Pipeline, name: string) => string;
  /** Ends an execution, as Step Functions would. */
  end(arn: string, end: Omit<ExecutionState, 'name' | 'input'>): void;
}

/** Step Functions' names: 1 to 80 characters, none of those that break ARNs and URLs. */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export function memoryExecutions(): MemoryExecutions {
  const started: { pipeline: Pipeline; name: string; input: unknown }[] = [];
  const states = new Map<string, ExecutionState>();
  const arn = (pipeline: Pipeline, name: string) =>
    `arn:aws:states:eu-west-1:000000000000:execution:${pipeline}:${name}`;
  let calls = 0;
  const describe = (executionArn: string): ExecutionState => {
    const state = states.get(executionArn);
    if (!state) throw new Error(`no execution ${executionArn}`);
    return state;
  };
  return {
    started,
    get calls() {
      return calls;
    },
    arn,
    start: async (pipeline, name, input) => {
      if (!NAME.test(name)) throw new Error(`not a name for an execution: ${name}`);
      calls += 1;
      if (states.has(arn(pipeline, name))) return;
      const copy: unknown = JSON.parse(JSON.stringify(input));
      states.set(arn(pipeline, name), { name, status: 'RUNNING', input: copy });
      started.push({ pipeline, name, input: copy });
    },
    describe: async (executionArn) => describe(executionArn),
    end: (executionArn, end) => {
      states.set(executionArn, { ...describe(executionArn), ...end });
    },
  };
}
