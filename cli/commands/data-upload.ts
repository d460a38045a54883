import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { uploadIdOf } from '../../shared/domain/data/upload-key.ts';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { Run, UploadRecord } from '../../shared/domain/records.ts';
import { readRuns } from '../../shared/use-cases/build/read-runs.ts';
import { readUploads } from '../../shared/use-cases/data/read-uploads.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { requireModel } from '../known-model.ts';
import { uploadText } from '../output/problem-text.ts';
import { runText } from '../output/run-text.ts';
import type { Look } from '../output/text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { waitUntil } from '../wait-until.ts';

interface UploadOptions {
  readonly as?: string;
  readonly wait?: boolean;
  readonly live?: boolean;
  readonly timeout: number;
}

/** What was uploaded, and what came of it; `upload` and `run` are null where they were not waited for, or there is none. */
interface Uploaded {
  readonly model: string;
  readonly bucket: string;
  readonly key: string;
  readonly upload: UploadRecord | null;
  readonly run: Run | null;
}

/** `modelloop data upload`: what any S3 client does, and what came of it. */
export const uploadCommand = (cli: Cli) =>
  stageCommand('upload', 'uploads a file for a model; --wait and --live tell what came of it', [
    'npx modelloop data upload flight-delay january.csv --wait',
    'npx modelloop data upload flight-delay january.csv --live',
    'npx modelloop data upload flight-delay export.csv --as 2013/january.csv',
    "npx modelloop data upload flight-delay january.csv --wait --json | jq '.upload.outcome'",
  ])
    .argument('<model>', 'name of the model')
    .argument('<file>', '.csv, .jsonl or .ndjson (each also as .gz), or .parquet')
    .option('--as <name>', 'the name to upload it under (default: the name of the file)')
    .option('--wait', 'wait for its outcome: accepted, duplicate, superseded, rejected or failed')
    .option('--live', 'wait until the model trained on it is live, or is known not to go live')
    .option('--timeout <seconds>', 'with --wait or --live: how long each wait may take', positiveInteger, 1800)
    .addHelpText(
      'after',
      '\nExit code 1 when the upload is seen to be rejected or to fail, or its model not to go live.',
    )
    .action(
      answering(cli, async (session, model: string, file: string, options: UploadOptions) => {
        const { as = basename(file), live = false, wait = live, timeout } = options;
        const found = await stat(file).catch(() => undefined);
        if (!found?.isFile()) throw new CommandError(EXIT.usage, `there is no file ${file}`);
        await requireModel(session, model);
        const address = { bucket: bucketName(session.place, 'data'), key: `${UPLOAD_PREFIX}${model}/${as}` };
        await session.ports.objects.upload(address, file);
        const upload = wait ? await outcomeOf(session, { model, ...address }, timeout) : null;
        const outcome = upload?.outcome;
        const run = live && outcome?.status === 'accepted' ? await endOf(session, model, outcome, timeout) : null;
        const failed = outcome?.status === 'rejected' || outcome?.status === 'failed';
        if (failed || (run && run.deployment?.status !== 'live')) cli.exitCode = EXIT.failed;
        const uploaded: Uploaded = { model, ...address, upload, run };
        return answer(uploaded, uploadedText);
      }),
    );

/** @throws CommandError when it has none in time */
const outcomeOf = async (
  { ports }: Session,
  { model, bucket, key }: Pick<Uploaded, 'model' | 'bucket' | 'key'>,
  seconds: number,
): Promise<UploadRecord> => {
  const { versions } = await ports.objects.listVersions(bucket, key);
  // Of one key, S3 lists the newest version first.
  const newest = versions.find((v) => v.key === key);
  const uploadId = newest && uploadIdOf({ bucket, key, versionId: newest.versionId });
  const found = await waitUntil(async () => {
    const uploads = await readUploads(ports, { model });
    return uploads.find((u) => u.uploadId === uploadId && u.outcome !== undefined);
  }, seconds);
  if (found) return found;
  throw new CommandError(EXIT.failed, `${key} has no outcome after ${seconds} s`, {
    todo: [`look again: npx modelloop data uploads ${model}`],
  });
};

/** @returns the run that took the data version, once nothing more will come of it by itself. @throws CommandError when that takes too long */
const endOf = async (
  { ports }: Session,
  model: string,
  { dataVersion }: { readonly dataVersion: number },
  seconds: number,
): Promise<Run> => {
  const found = await waitUntil(async () => {
    const runs = await readRuns(ports, { model });
    return runs.toReversed().find((run) => run.dataVersion >= dataVersion && isSettled(run));
  }, seconds);
  if (found) return found;
  throw new CommandError(EXIT.failed, `no run of data version ${dataVersion} has ended after ${seconds} s`, {
    todo: [`look again: npx modelloop runs ${model}`],
  });
};

const isSettled = ({ status, verdict, deployment }: Run): boolean =>
  status === 'failed' ||
  (status === 'finished' && (verdict?.decision !== 'promote' || (deployment?.status ?? 'deploying') !== 'deploying'));

const uploadedText = ({ model, bucket, key, upload: record, run }: Uploaded, look: Look): string => {
  if (!record) return `uploaded to s3://${bucket}/${key}\nwhat becomes of it: npx modelloop data uploads ${model}`;
  const became = uploadText(record, look);
  if (run) return `${became}\n\n${runText(run, look)}`;
  return record.outcome?.status === 'accepted' ? `${became}\na run follows: npx modelloop runs ${model}` : became;
};
