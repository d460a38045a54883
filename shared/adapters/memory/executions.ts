import { executionArn, type Pipeline, type Place } from '../../domain/names.ts';
import { ExecutionNotFoundError, type ExecutionState, type Executions } from '../../ports/executions.ts';

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

const ANYWHERE: Place = { stage: 'test', account: '000000000000', region: 'eu-west-1' };

export function memoryExecutions(place: Place = ANYWHERE): MemoryExecutions {
  const started: { pipeline: Pipeline; name: string; input: unknown }[] = [];
  const states = new Map<string, ExecutionState>();
  const arn = (pipeline: Pipeline, name: string) => executionArn(place, pipeline, name);
  let calls = 0;
  const describe = (arnOf: string): ExecutionState => {
    const state = states.get(arnOf);
    if (!state) throw new ExecutionNotFoundError(arnOf);
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
    describe: async (arnOf) => describe(arnOf),
    end: (arnOf, end) => {
      states.set(arnOf, { ...describe(arnOf), ...end });
    },
  };
}
