import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { nextRetraining } from '../../domain/drift/next-retraining.ts';
import type { Champion, Head, Retraining, Run, RunOf } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { RegistryStore } from '../../ports/registry-store.ts';
import { asRead, retryConflicts } from '../registry-access.ts';

export interface RetrainingWish {
  readonly model: string;
  /** Why; without it, a wish that still waits is withdrawn. */
  readonly wanted?: string;
  readonly limits: ModelDefinition['monitoring']['retrain'];
}

/**
 * Asks for a retraining, or records why none is asked for. Repeating it changes nothing but says `RetrainRequested` again, which starts
 * no second run.
 */
export const requestRetraining = async (
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  { model, wanted, limits }: RetrainingWish,
): Promise<Retraining> => {
  const next = await retryConflicts(async () => {
    const item = await ports.store.get<Retraining>(registryKeys.retraining(model));
    const decided = nextRetraining({
      now: ports.clock(),
      ...limits,
      ...(wanted !== undefined && { wanted }),
      ...(item && { previous: item.value }),
      ...(await situation(ports.store, model, item?.value)),
    });
    await ports.store.commit([{ put: registryKeys.retraining(model), value: decided, expect: asRead(item) }]);
    return decided;
  });
  if (next.status === 'requested') await ports.bus.publish({ type: 'RetrainRequested', model, reason: next.reason });
  return next;
};

const situation = async (store: RegistryStore, model: string, previous: Retraining | undefined) => {
  const [data, code, runs, champion] = await Promise.all([
    store.get<Head>(registryKeys.dataHead(model)),
    store.get<Head>(registryKeys.codeHead(model)),
    store.get<Head>(registryKeys.runHead(model)),
    store.get<Champion>(registryKeys.champion(model)),
  ]);
  const pair = data && code && registryKeys.runOf(model, data.value.latest, code.value.latest);
  const taken = pair && (await store.get<RunOf>(pair));
  const newestRun = runs?.value.latest ?? 0;
  const after = previous?.afterRun;
  const answer =
    after !== undefined && newestRun > after ? await store.get<Run>(registryKeys.run(model, after + 1)) : undefined;
  return {
    newestRun,
    due: pair !== undefined && taken === undefined,
    ...(answer && { answer: answer.value }),
    ...(champion && { championSince: champion.value.since }),
  };
};
