import { sweptPlace } from '../../domain/data/swept-order.ts';
import { parseUploadKey, uploadIdOf } from '../../domain/data/upload-key.ts';
import { failureOf } from '../../domain/monitoring/execution-failure.ts';
import { executionArn } from '../../domain/names.ts';
import type { ObjectVersion, UploadRecord } from '../../domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { describeIfThere } from '../describe-if-there.ts';
import { sweepRepository, type Visit } from '../sweep-repository.ts';
import { failUpload } from './fail-upload.ts';
import { registerUpload, uploadExecutionName } from './register-upload.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'executions' | 'bus' | 'clock'>;

/**
 * Registers what was uploaded and never announced, starts the executions that are missing, and records the failure of those that ended
 * unheard. An upload has the same identity as if its event had come, so it does no harm when that comes, too.
 * @throws AggregateError when single uploads could not be checked
 */
export const sweepUploads = (ports: Needs, most?: number) => sweepRepository(ports, 'data', visitUpload(ports), most);

const visitUpload =
  (ports: Needs): Visit =>
  async (version, before) => {
    const record = await recordOf(ports, version);
    if (record?.outcome || (record && (await hasEndedOrRuns(ports, record)))) return;
    const earlier = before && (await recordOf(ports, before));
    const { uploadedAt, sequencer } = record ?? sweptPlace(version.lastModified, earlier);
    await registerUpload(ports, { ...version, time: uploadedAt, sequencer });
  };

const recordOf = async ({ store }: Needs, version: ObjectVersion): Promise<UploadRecord | undefined> => {
  const key = parseUploadKey(version.key, 1);
  const models = key.kind === 'upload' ? [key.model, UNKNOWN_MODEL] : [UNKNOWN_MODEL];
  for (const model of models) {
    const found = await store.get<UploadRecord>(registryKeys.upload(model, uploadIdOf(version)));
    if (found) return found.value;
  }
  return undefined;
};

/** @returns false when there is no execution of this upload */
const hasEndedOrRuns = async (ports: Needs, { model, uploadId }: UploadRecord): Promise<boolean> => {
  const arn = executionArn(ports.place, 'data', uploadExecutionName({ model, uploadId }));
  const execution = await describeIfThere(ports, arn);
  if (execution && execution.status !== 'RUNNING')
    await failUpload(ports, { model, uploadId, reason: failureOf(execution).reason });
  return execution !== undefined;
};
