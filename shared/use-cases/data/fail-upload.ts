import type { UploadOutcome, UploadRecord } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';
import { announceUpload } from './announce-upload.ts';

/**
 * Records that an upload's execution ended without an outcome, and why. One that has its outcome keeps it, and is announced again:
 * the execution may have failed just there.
 * @throws NotRegisteredError
 */
export async function failUpload(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  { model, uploadId, reason }: { model: string; uploadId: string; reason: string },
): Promise<UploadOutcome> {
  const outcome = await retryConflicts(async () => {
    const upload = await registered<UploadRecord>(ports.store, registryKeys.upload(model, uploadId));
    if (upload.value.outcome) return upload.value.outcome;
    const failed: UploadOutcome = { status: 'failed', reason: reason.slice(0, MAX_REASON) };
    const record: UploadRecord = { ...upload.value, outcome: { ...failed, at: ports.clock() } };
    await ports.store.commit([{ put: upload.key, value: record, expect: asRead(upload) }]);
    return failed;
  });
  await announceUpload(ports, model, outcome);
  return outcome;
}

const MAX_REASON = 2000;
