import type { DriftStatePointer } from '../../domain/drift/drift-state.ts';
import type { CodeVersion, DriftCheck, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { ConflictError } from '../../ports/registry-store.ts';
import { registered } from '../registry-access.ts';
import { requestRetraining } from './request-retraining.ts';

type Needs = Pick<Ports, 'store' | 'metrics' | 'bus' | 'clock'>;

/**
 * Gives out what a decided check has to say, if it has not been given out: retraining is asked for or no longer asked for, then the
 * metric is put that the alarm watches, so that a page can tell what became of the wish; and the check's report can be made. Doing it
 * twice does no harm.
 */
export const announceDrift = async (ports: Needs, model: string): Promise<void> => {
  const { store } = ports;
  const pointer = await store.get<DriftStatePointer>(registryKeys.driftState(model));
  if (pointer?.value.unannounced === undefined) return;
  const { value: check } = await registered<DriftCheck>(
    store,
    registryKeys.driftCheck(model, pointer.value.unannounced),
  );
  const { value: release } = await registered<Release>(store, registryKeys.release(model, check.release));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, release.codeVersion));
  await requestRetraining(ports, {
    model,
    limits: code.definition.monitoring.retrain,
    ...(check.verdict === 'drift' && { wanted: `drift check ${check.check}: ${check.reason}` }),
  });
  await ports.metrics.put([{ name: 'Drift', value: check.verdict === 'drift' ? 1 : 0, model }]);
  await ports.bus.publish({ type: 'DriftChecked', model, check: check.check });
  const { unannounced: _, ...announced } = pointer.value;
  await store
    .commit([{ put: pointer.key, value: announced, expect: { revision: pointer.revision } }])
    // A twin has announced it too.
    .catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
    });
};
