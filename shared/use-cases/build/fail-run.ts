import { type EndedExecution, failureOf } from '../../domain/monitoring/execution-failure.ts';
import type { Run, RunSlot } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { announceRun } from './announce-run.ts';

/**
 * Records that a run's execution ended without a result, and gives its slot back. A run that has its result keeps it. What a run's
 * end announces is announced in any case: the execution may have failed just there.
 * @throws NotRegisteredError when there is no such run
 */
export const failRun = async (
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  { model, run }: { model: string; run: number },
  execution: EndedExecution,
): Promise<Run> => {
  const record = await retryConflicts(async () => {
    const slot = await ports.store.get<RunSlot>(registryKeys.runSlot(model));
    const found = await registered<Run>(ports.store, registryKeys.run(model, run));
    if (found.value.status !== 'running') return found.value;
    const failed: Run = { ...found.value, status: 'failed', endedAt: ports.clock(), failure: failureOf(execution) };
    await ports.store.commit([
      { put: found.key, value: failed, expect: asRead(found) },
      ...(slot?.value.run === run ? [{ remove: slot.key, expect: { revision: slot.revision } }] : []),
    ]);
    return failed;
  });
  await announceRun(ports, record);
  return record;
};
