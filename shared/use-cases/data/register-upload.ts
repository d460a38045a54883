import { parseUploadKey, uploadIdOf } from '../../domain/data/upload-key.ts';
import { rejectionReport } from '../../domain/data/upload-report.ts';
import { dataKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { Problem, Upload, UploadRecord } from '../../domain/records.ts';
import { CATALOGUE_MODEL, registryKeys, UNKNOWN_MODEL } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { retryConflicts } from '../registry-access.ts';
import type { ObjectMade } from './object-made.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'executions' | 'clock'>;

export type Registration =
  | { readonly outcome: 'folder' }
  | { readonly outcome: 'registered' | 'decided' | 'rejected'; readonly model: string; readonly uploadId: string };

/**
 * Records an upload once, however often and in whatever order its events arrive, and starts its execution. An upload that names
 * no known model is rejected here: there is no contract to hold it to, and no pipeline of its own.
 */
export async function registerUpload(ports: Needs, made: ObjectMade): Promise<Registration> {
  const key = parseUploadKey(made.key, made.size);
  if (key.kind === 'folder') return { outcome: 'folder' };
  const model = key.kind === 'upload' ? key.model : UNKNOWN_MODEL;
  const upload: Upload = {
    uploadId: uploadIdOf(made),
    model,
    ...{ bucket: made.bucket, key: made.key, versionId: made.versionId },
    size: made.size,
    uploadedAt: new Date(made.time).toISOString(),
    sequencer: made.sequencer,
  };
  return retryConflicts(async () => {
    const unknown = await ports.store.get<UploadRecord>(registryKeys.upload(UNKNOWN_MODEL, upload.uploadId));
    if (unknown) return { outcome: 'rejected', model: UNKNOWN_MODEL, uploadId: upload.uploadId };
    if (key.kind === 'misplaced') return reject(ports, upload, key.reason);
    const known = await ports.store.get(registryKeys.catalogue(model));
    return known ? register(ports, upload) : reject(ports, upload, `there is no model "${model}"`);
  });
}

async function register(ports: Needs, upload: Upload): Promise<Registration> {
  const { model, uploadId } = upload;
  const key = registryKeys.upload(model, uploadId);
  const found = await ports.store.get<UploadRecord>(key);
  if (found?.value.outcome) return { outcome: 'decided', model, uploadId };
  if (!found) {
    const record: UploadRecord = { ...upload, registeredAt: ports.clock() };
    await ports.store.commit([
      { put: key, value: record, expect: 'absent' },
      { check: registryKeys.upload(UNKNOWN_MODEL, uploadId), expect: 'absent' },
    ]);
  }
  // Also for a record that was there: whoever wrote it may have been stopped here.
  await ports.executions.start('data', uploadExecutionName(upload), { model, uploadId });
  return { outcome: 'registered', model, uploadId };
}

/** An upload's execution is named after it, so that it has one. */
export const uploadExecutionName = ({ model, uploadId }: Pick<Upload, 'model' | 'uploadId'>) => `${model}-${uploadId}`;

async function reject(ports: Needs, upload: Upload, reason: string): Promise<Registration> {
  const { uploadId } = upload;
  const catalogue = await ports.store.list(CATALOGUE_MODEL, '');
  const problem = unknownModel(
    reason,
    catalogue.map((item) => item.key.sort),
  );
  const rejected: Upload = { ...upload, model: UNKNOWN_MODEL };
  const report = dataKeys.rejection(UNKNOWN_MODEL, uploadId);
  await ports.objects.write(
    { bucket: bucketName(ports.place, 'data'), key: report },
    rejectionReport(rejected, [problem]),
    'application/json',
  );
  const at = ports.clock();
  const record: UploadRecord = {
    ...rejected,
    registeredAt: at,
    outcome: { status: 'rejected', problems: [problem], report, at },
  };
  await ports.store.commit([
    { put: registryKeys.upload(UNKNOWN_MODEL, uploadId), value: record, expect: 'absent' },
    // Another delivery may have found the model known meanwhile: then that is what counts.
    ...(upload.model === UNKNOWN_MODEL
      ? []
      : [{ check: registryKeys.upload(upload.model, uploadId), expect: 'absent' } as const]),
  ]);
  return { outcome: 'rejected', model: UNKNOWN_MODEL, uploadId };
}

const SHOWN = 50;

function unknownModel(reason: string, known: readonly string[]): Problem {
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : '';
  const names =
    known.length === 0 ? 'No model is known yet' : `Known models: ${known.slice(0, SHOWN).join(', ')}${more}`;
  return { code: 'unknown-model', message: `${reason}. ${names}.` };
}
