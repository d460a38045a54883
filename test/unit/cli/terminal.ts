import type { Cli, Session } from '../../../cli/cli.ts';
import { CommandError, EXIT } from '../../../cli/errors.ts';
import { run } from '../../../cli/program.ts';
import { memoryExecutions } from '../../../shared/adapters/memory/executions.ts';
import { NOW, place, stageWithHistory } from './fixture.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly session?: Session;
  readonly input?: string;
  readonly colour?: boolean;
  readonly models?: string;
}

export async function historySession(): Promise<Session> {
  const stage = await stageWithHistory();
  return {
    place,
    at: 'memory',
    ports: { place, clock: () => NOW.toISOString(), executions: memoryExecutions(place), ...stage },
  };
}

/** Runs one command line against a stage in memory; `--stage nowhere` cannot be reached. */
export async function modelloop(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const session = surroundings.session ?? (await historySession());
  const cli: Cli = {
    out: (text) => void out.push(`${text}\n`),
    err: (text) => void err.push(`${text}\n`),
    readInput: async () => surroundings.input ?? '',
    inputIsTerminal: surroundings.input === undefined,
    colour: surroundings.colour ?? false,
    models: surroundings.models ?? '/nowhere',
    now: () => NOW,
    connect: async (stage) => {
      if (stage === 'nowhere') throw new CommandError(EXIT.unreachable, 'cannot reach stage nowhere');
      return session;
    },
    exitCode: EXIT.ok,
  };
  const code = await run(cli, '1.2.3', args, false);
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** The answer of `--json`: stdout is one JSON document and nothing else. */
export const json = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);
