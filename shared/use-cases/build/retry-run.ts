import type { Head, Retired, Run, RunOf, RunSlot } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { Stored } from '../../ports/registry-store.ts';
import type { Wish } from '../deployment/request-deployment.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';

type Store = Ports['store'];

/** There is nothing that could be tried again; the message says why. */
export class NothingToRetryError extends Error {
  override readonly name = 'NothingToRetryError';
}

/** What trying again comes to: a run of the same data and code under a new number, or the deployment once more. */
export type Retry =
  | { readonly what: 'run'; readonly dataVersion: number; readonly codeVersion: number; readonly after: number }
  | { readonly what: 'deployment'; readonly wish: Wish };

/**
 * Tries again what failed of a run (the newest one, where none is named). A run that failed gives its data and code up, which makes a new
 * run due, and that is announced; a deployment that failed is to be asked for again, with the approval that it had. Can be repeated: when
 * a run is due already, whatever came of the newest, that is only announced.
 * @throws NothingToRetryError, NotRegisteredError
 */
export const retryRun = async (
  { store, bus }: Pick<Ports, 'store' | 'bus'>,
  { model, run: asked, by }: { readonly model: string; readonly run?: number | undefined; readonly by: string },
): Promise<Retry> => {
  const after = (await store.get<Head>(registryKeys.runHead(model)))?.value.latest ?? 0;
  const number = asked ?? after;
  const due = asked === undefined && (await newestPair(store, model));
  if (number === 0 && !due) throw new NothingToRetryError(`${model} has had no run yet`);
  if (!due || due.taken) {
    const { value: run } = await registered<Run>(store, registryKeys.run(model, number));
    if (run.status === 'finished') return { what: 'deployment', wish: deployAgain(run) };
  }
  const { data, code } = await retryConflicts(() => giveUp(store, model, number));
  await bus.publish({ type: 'RetrainRequested', model, reason: `${by} asked for run ${number} to be tried again` });
  return { what: 'run', dataVersion: data, codeVersion: code, after };
};

const deployAgain = (run: Run): Wish => {
  const { deployment, approval, modelVersion } = run;
  if (deployment?.status !== 'failed' || modelVersion === undefined)
    throw new NothingToRetryError(
      deployment?.status === 'waiting-for-approval'
        ? `run ${run.run} is waiting for approval`
        : `run ${run.run} has not failed: ${outcome(run)}`,
    );
  const approved = approval && {
    by: approval.by,
    at: approval.at,
    ...(approval.reason && { reason: approval.reason }),
  };
  return { kind: 'promotion', model: run.model, modelVersion, run: run.run, ...(approved && { approval: approved }) };
};

const outcome = ({ deployment, verdict }: Run): string =>
  deployment ? `its promotion is ${deployment.status}` : `its verdict is ${verdict?.outcome ?? 'not known'}`;

interface Pair {
  readonly data: number;
  readonly code: number;
  /** Absent when a run is due. */
  readonly taken?: Stored<RunOf>;
}

/** Newest data × newest code; undefined when one of them is not there yet. */
const newestPair = async (store: Store, model: string): Promise<Pair | undefined> => {
  const data = (await store.get<Head>(registryKeys.dataHead(model)))?.value.latest;
  const code = (await store.get<Head>(registryKeys.codeHead(model)))?.value.latest;
  if (data === undefined || code === undefined) return undefined;
  const taken = await store.get<RunOf>(registryKeys.runOf(model, data, code));
  return { data, code, ...(taken && { taken }) };
};

/** So that newest data × newest code is taken by no run any more. */
const giveUp = async (store: Store, model: string, number: number): Promise<Pair> => {
  const [slot, retired, pair] = await Promise.all([
    store.get<RunSlot>(registryKeys.runSlot(model)),
    store.get<Retired>(registryKeys.retired(model)),
    newestPair(store, model),
  ]);
  if (retired) throw new NothingToRetryError(`${model} was retired at ${retired.value.at}: nothing is trained`);
  if (slot) throw new NothingToRetryError(`run ${slot.value.run} is under way`);
  if (!pair) throw new NothingToRetryError(`${model} has no data or no code yet`);
  const { data, code, taken } = pair;
  if (!taken) return pair;
  const run: Stored<Run> = await registered<Run>(store, registryKeys.run(model, number));
  if (taken.value.run !== number || run.value.status !== 'failed')
    throw new NothingToRetryError(
      `run ${number} took data version ${run.value.dataVersion} × code version ${run.value.codeVersion}; ` +
        `a run takes the newest, ${data} × ${code}, and run ${taken.value.run} has already taken these`,
    );
  await store.commit([
    { remove: taken.key, expect: { revision: taken.revision } },
    { check: run.key, expect: asRead(run) },
  ]);
  return pair;
};
