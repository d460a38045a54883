import { boundedProblems, rejectionReport } from '../../domain/data/upload-report.ts';
import { dataKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { Problem, UploadOutcome, UploadRecord } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { asRead, registered, retryConflicts } from '../registry-access.ts';

export interface UploadToReject {
  readonly model: string;
  readonly uploadId: string;
  readonly codeVersion: number;
  readonly problems: readonly Problem[];
}

/** Writes the report and records the rejection, once. @throws NotRegisteredError */
export const rejectUpload = (
  { place, store, objects, clock }: Pick<Ports, 'place' | 'store' | 'objects' | 'clock'>,
  { model, uploadId, codeVersion, problems }: UploadToReject,
): Promise<UploadOutcome> =>
  retryConflicts(async () => {
    const upload = await registered<UploadRecord>(store, registryKeys.upload(model, uploadId));
    const decided = upload.value.outcome;
    if (decided && decided.status !== 'failed') return decided;
    const shown = boundedProblems(problems);
    const report = dataKeys.rejection(model, uploadId);
    await objects.write(
      { bucket: bucketName(place, 'data'), key: report },
      rejectionReport(upload.value, shown, { codeVersion }),
      'application/json',
    );
    const outcome = { status: 'rejected', problems: shown, report, at: clock(), codeVersion } as const;
    const record: UploadRecord = { ...upload.value, outcome };
    await store.commit([{ put: upload.key, value: record, expect: asRead(upload) }]);
    return outcome;
  });
