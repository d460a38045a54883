import type { Cli, Session } from '../../../cli/cli.ts';
import { CommandError, EXIT } from '../../../cli/errors.ts';
import { run } from '../../../cli/program.ts';
import { memoryAccount } from '../../../shared/adapters/memory/account.ts';
import { memoryEventBus } from '../../../shared/adapters/memory/event-bus.ts';
import { memoryExecutions } from '../../../shared/adapters/memory/executions.ts';
import { memoryQueues } from '../../../shared/adapters/memory/queues.ts';
import { DEAD_LETTER_QUEUES, deadLettersName, fullQueueName } from '../../../shared/domain/monitoring/queues.ts';
import type { Retired } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { deploymentExecution } from '../../../shared/events/deployment-tasks.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { pipelineWorld } from '../../fixtures/pipeline-world.ts';
import { MODEL, NOW, place, stageWithHistory, waitingItems } from './fixture.ts';

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
  readonly connect?: Cli['connect'];
}

export async function historySession(): Promise<Session> {
  const stage = await stageWithHistory();
  const executions = memoryExecutions(place);
  /** A wish for a run starts the one that is due. */
  const bus = memoryEventBus();
  const publish: typeof bus.publish = async (event) => {
    await bus.publish(event);
    if (event.type === 'RetrainRequested') await startRun({ ...pipelineWorld(), ...stage, executions }, event);
  };
  return {
    place,
    at: 'memory',
    whoami: async () => 'arn:aws:iam::123456789012:user/ops',
    ports: {
      ...{ place, clock: () => NOW.toISOString(), executions, bus: { ...bus, publish } },
      ...{ account: memoryAccount(), queues: stageQueues(), logs: { last: async () => undefined } },
      ...stage,
    },
  };
}

/** The stage's queues, with nothing in them. */
export const stageQueues = () =>
  memoryQueues(...DEAD_LETTER_QUEUES.flatMap((queue) => [fullQueueName(place, queue), deadLettersName(place, queue)]));

/** Model version 2, of run 3, is waiting for approval; deployments begin as soon as they are asked for. */
export async function waitingSession(): Promise<Session> {
  const session = await historySession();
  await session.ports.store.commit(waitingItems.map(([put, value]) => ({ put, value, expect: 'absent' as const })));
  const executions = memoryExecutions(place);
  const start: typeof executions.start = async (pipeline, name, input) => {
    await executions.start(pipeline, name, input);
    const request = deploymentExecution.parse(input);
    await beginDeployment({ ...pipelineWorld(), ...session.ports, executions }, { ...request, execution: name });
  };
  return { ...session, ports: { ...session.ports, executions: { ...executions, start } } };
}

export async function retiredSession(): Promise<Session> {
  const session = await historySession();
  const { store } = session.ports;
  const champion = await store.get(registryKeys.champion(MODEL));
  if (!champion) throw new Error('nothing is live');
  const value: Retired = { at: '2026-03-01T11:50:00.000Z', by: 'arn:aws:iam::123456789012:user/jo', release: 1 };
  await store.commit([
    { remove: champion.key, expect: { revision: champion.revision } },
    { put: registryKeys.retired(MODEL), value, expect: 'absent' },
  ]);
  return session;
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
    connect:
      surroundings.connect ??
      (async (stage) => {
        if (stage === 'nowhere') throw new CommandError(EXIT.unreachable, 'cannot reach stage nowhere');
        return session;
      }),
    exitCode: EXIT.ok,
  };
  const code = await run(cli, '1.2.3', args, false);
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** The answer of `--json`: stdout is one JSON document and nothing else. */
export const json = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);
