import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { UploadRecord } from '../../shared/domain/records.ts';
import { uploadIdOf } from '../../shared/domain/upload-key.ts';
import { readUploads } from '../../shared/use-cases/data/read-uploads.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { requireModel } from '../known-model.ts';
import { uploadText } from '../output/problem-text.ts';
import type { Look } from '../output/text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { waitUntil } from '../wait-until.ts';

interface UploadOptions {
  readonly as?: string;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** What was uploaded, and what came of it; `upload` is null where that was not waited for. */
interface Uploaded {
  readonly model: string;
  readonly bucket: string;
  readonly key: string;
  readonly upload: UploadRecord | null;
}

/** `modelloop data upload`: what any S3 client does, and what came of it. */
export const uploadCommand = (cli: Cli) =>
  stageCommand('upload', 'puts a file where uploads of a model are taken from; exit code 1 when it is not accepted', [
    'modelloop data upload flight-delay january.csv --wait',
    'modelloop data upload flight-delay export.csv --as 2013/january.csv',
    "modelloop data upload flight-delay january.csv --wait --json | jq '.upload.outcome'",
  ])
    .argument('<model>', 'name of the model')
    .argument('<file>', '.csv, .jsonl or .ndjson, each also with .gz, or .parquet')
    .option('--as <name>', 'its name there (default: the name of the file)')
    .option('--wait', 'until it is accepted or rejected')
    .option('--timeout <seconds>', 'with --wait: for how long', positiveInteger, 600)
    .action(
      answering(cli, async (session, model: string, file: string, options: UploadOptions) => {
        const { as = basename(file), wait = false, timeout } = options;
        const found = await stat(file).catch(() => undefined);
        if (!found?.isFile()) throw new CommandError(EXIT.usage, `cannot read ${file}: there is no such file`);
        await requireModel(session, model);
        const address = { bucket: bucketName(session.place, 'data'), key: `${UPLOAD_PREFIX}${model}/${as}` };
        await session.ports.objects.upload(address, file);
        const upload = wait ? await outcomeOf(session, { model, ...address }, timeout) : null;
        const uploaded: Uploaded = { model, ...address, upload };
        const status = uploaded.upload?.outcome?.status;
        if (status === 'rejected' || status === 'failed') cli.exitCode = EXIT.failed;
        return answer(uploaded, uploadedText);
      }),
    );

/** @throws CommandError when it has none in time */
const outcomeOf = async (
  { ports }: Session,
  { model, bucket, key }: Omit<Uploaded, 'upload'>,
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
    todo: [`look again: modelloop data uploads ${model}`],
  });
};

const uploadedText = ({ model, bucket, key, upload: record }: Uploaded, look: Look): string =>
  record
    ? `${uploadText(record, look)}${record.outcome?.status === 'accepted' ? `\na run follows: modelloop runs ${model}` : ''}`
    : `uploaded to s3://${bucket}/${key}\nwhat becomes of it: modelloop data uploads ${model}`;
