import type { Hold, Run } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, retryConflicts } from '../registry-access.ts';

export interface Resumed {
  /** Undefined when nothing was on hold. */
  readonly lifted?: Hold;
  /** Runs whose promotion was held back by it, newest first: nothing deploys them by itself now. */
  readonly heldBack: readonly Pick<Run, 'run' | 'modelVersion' | 'dataVersion' | 'codeVersion'>[];
}

/** Lets verdicts make releases again. */
export const resumePromotion = (
  { store }: Pick<Ports, 'store'>,
  { model }: { readonly model: string },
): Promise<Resumed> =>
  retryConflicts(async () => {
    const hold = await store.get<Hold>(registryKeys.hold(model));
    if (!hold) return { heldBack: [] };
    await store.commit([{ remove: hold.key, expect: asRead(hold) as { revision: number } }]);
    return { lifted: hold.value, heldBack: await heldBackBy(store, model, hold.value) };
  });

const heldBackBy = async (store: Ports['store'], model: string, { since }: Hold): Promise<Resumed['heldBack']> => {
  const runs = await store.list<Run>(model, registryPrefixes.runs, { newestFirst: true });
  return runs
    .map(({ value }) => value)
    .filter(({ deployment }) => deployment?.status === 'held' && deployment.at >= since)
    .map(({ run, modelVersion, dataVersion, codeVersion }) => ({
      ...{ run, dataVersion, codeVersion },
      ...(modelVersion !== undefined && { modelVersion }),
    }));
};
