import { type NextRun, nextRun } from '../../domain/build/next-run.ts';
import { buildExecutionName, executionArn } from '../../domain/names.ts';
import type { Head, Retired, Run, RunOf, RunSlot } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { ExecutionState } from '../../ports/executions.ts';
import type { Ports } from '../../ports/index.ts';
import type { Change } from '../../ports/registry-store.ts';
import { describeIfThere } from '../describe-if-there.ts';
import { asRead, retryConflicts } from '../registry-access.ts';
import { failRun } from './fail-run.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'bus' | 'clock'>;

export type StartRunResult =
  | { readonly outcome: 'started'; readonly run: number }
  | { readonly outcome: 'nothing'; readonly reason: string };

/**
 * Starts the run that is due, if one is. Called whenever something happened that may make one due, as often as that likes: what is
 * done follows from the registry alone. The run is committed before its execution is started; a call that finds a committed run
 * without an execution starts it, and one that finds an execution that ended without a word records its failure first.
 */
export const startRun = (ports: Needs, { model }: { model: string }): Promise<StartRunResult> =>
  retryConflicts(async () => {
    const slot = await ports.store.get<RunSlot>(registryKeys.runSlot(model));
    if (slot) {
      const held = await lookAfter(ports, model, slot.value.run);
      if (held) return held;
    }
    const { next, changes } = await decide(ports, model);
    if (!next.start) return { outcome: 'nothing', reason: next.reason };
    await ports.store.commit(changes);
    await startExecution(ports, model, next.start.run);
    return { outcome: 'started', run: next.start.run };
  });

/** @returns undefined when the slot has been freed */
const lookAfter = async (ports: Needs, model: string, run: number): Promise<StartRunResult | undefined> => {
  const execution = await executionOf(ports, model, run);
  if (!execution) {
    await startExecution(ports, model, run);
    return { outcome: 'started', run };
  }
  if (execution.status === 'RUNNING') return { outcome: 'nothing', reason: `run ${run} is under way` };
  await failRun(ports, { model, run }, execution);
  return undefined;
};

const executionOf = (ports: Needs, model: string, run: number): Promise<ExecutionState | undefined> =>
  describeIfThere(ports, executionArn(ports.place, 'build', buildExecutionName(model, run)));

const startExecution = ({ executions }: Needs, model: string, run: number) =>
  executions.start('build', buildExecutionName(model, run), { model, run });

/** What is due by the registry, and the commit that makes it so: it holds only if none of what was read has changed. */
const decide = async (
  { store, clock }: Needs,
  model: string,
): Promise<{ next: NextRun; changes: readonly Change[] }> => {
  const [data, code] = await Promise.all([
    store.get<Head>(registryKeys.dataHead(model)),
    store.get<Head>(registryKeys.codeHead(model)),
  ]);
  const pair = registryKeys.runOf(model, data?.value.latest ?? 0, code?.value.latest ?? 0);
  const taken = await store.get<RunOf>(pair);
  const slot = await store.get<RunSlot>(registryKeys.runSlot(model));
  const head = await store.get<Head>(registryKeys.runHead(model));
  const retired = await store.get<Retired>(registryKeys.retired(model));
  const next = nextRun({
    ...(data && { newestData: data.value.latest }),
    ...(code && { newestCode: code.value.latest }),
    ...(taken && { takenBy: taken.value.run }),
    ...(slot && { underWay: slot.value.run }),
    lastRun: head?.value.latest ?? 0,
    retired: retired !== undefined,
  });
  if (!next.start) return { next, changes: [] };
  const { run } = next.start;
  const at = clock();
  const record = { model, ...next.start, status: 'running', startedAt: at } satisfies Run;
  return {
    next,
    changes: [
      { put: registryKeys.runHead(model), value: { latest: run } satisfies Head, expect: asRead(head) },
      { put: registryKeys.run(model, run), value: record, expect: 'absent' },
      { put: pair, value: { run } satisfies RunOf, expect: 'absent' },
      { put: registryKeys.runSlot(model), value: { run, since: at } satisfies RunSlot, expect: 'absent' },
    ],
  };
};
