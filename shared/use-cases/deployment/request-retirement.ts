import type { Champion, Head, ModelVersion, Release, Retired } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered } from '../registry-access.ts';
import { type Requested, requestDeployment } from './request-deployment.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'executions' | 'clock'>;

export interface RetirementWish {
  readonly model: string;
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Starts the execution that takes away what serves. Of a model that nothing was made of yet, it is recorded at once that it is retired.
 */
export const requestRetirement = async (ports: Needs, { model, by, reason }: RetirementWish): Promise<Requested> => {
  const { store, clock } = ports;
  const retired = await store.get<Retired>(registryKeys.retired(model));
  if (retired) return { outcome: 'not-needed', reason: `${model} was retired at ${retired.value.at}` };
  const at = clock();
  const approval = { by, at, ...(reason && { reason }) };
  const newest = await newestModelVersion(store, model);
  if (!newest) {
    const value: Retired = { ...approval, release: 0 };
    await store.commit([
      { put: registryKeys.retired(model), value, expect: 'absent' },
      { check: registryKeys.modelHead(model), expect: asRead(undefined) },
    ]);
    return { outcome: 'not-needed', reason: `${model} had nothing to remove: it is now retired` };
  }
  return requestDeployment(ports, { kind: 'retirement', model, ...newest, approval });
};

/** What the execution is about, in the records: the version that is live, or the newest. */
const newestModelVersion = async (
  store: Ports['store'],
  model: string,
): Promise<{ readonly modelVersion: number; readonly run: number } | undefined> => {
  const champion = (await store.get<Champion>(registryKeys.champion(model)))?.value;
  if (champion) {
    const { modelVersion, run } = (await registered<Release>(store, registryKeys.release(model, champion.release)))
      .value;
    return { modelVersion, run };
  }
  const head = await store.get<Head>(registryKeys.modelHead(model));
  if (!head) return undefined;
  const { value } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, head.value.latest));
  return { modelVersion: value.version, run: value.run };
};
