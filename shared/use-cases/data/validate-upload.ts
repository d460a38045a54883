import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { suffixOf } from '../../domain/data/upload-format.ts';
import { fileNameOf } from '../../domain/data/upload-key.ts';
import { boundedProblems } from '../../domain/data/upload-report.ts';
import { dataKeys, VALIDATED_FILES } from '../../domain/keys.ts';
import type { CodeVersion, Head, Problem, UploadRecord } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { UploadValidation } from '../../events/data-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { type ObjectAddress, ObjectNotFoundError } from '../../ports/object-store.ts';
import { registered } from '../registry-access.ts';
import { withScratch } from '../scratch.ts';
import { type Checked, validatedBefore, validatePart } from './validate-part.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'engine'>;

/** The upload, its rows and DuckDB's own files share a function's 10 GiB of disk; S3 copies up to 5 GB at once. */
export const MAX_UPLOAD_BYTES = 2 * 1024 ** 3;

/**
 * Holds an upload to the contract of the newest code version. What is valid is copied once to a key of its content, with its typed
 * rows beside; bytes that were checked under this contract before are not checked again.
 * @throws NotRegisteredError when the upload, or any code of its model, is not registered
 */
export async function validateUpload(
  ports: Needs,
  { model, uploadId }: { model: string; uploadId: string },
): Promise<UploadValidation> {
  const upload = (await registered<UploadRecord>(ports.store, registryKeys.upload(model, uploadId))).value;
  const code = await newestCode(ports, model);
  const rejected = (...problems: readonly Problem[]): UploadValidation => ({
    outcome: 'rejected',
    codeVersion: code.version,
    problems: [...boundedProblems(problems)],
  });
  if (upload.size > MAX_UPLOAD_BYTES) return rejected(tooLarge(upload.size));
  return withScratch(async (directory) => {
    const path = join(directory, 'upload');
    try {
      await ports.objects.download(versionOf(upload), path);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return rejected(GONE);
      throw error;
    }
    const checked = await check(ports, upload, code, path, join(directory, VALIDATED_FILES.rows));
    if (!checked.ok) return rejected(...checked.problems);
    return { outcome: 'valid', codeVersion: code.version, contractHash: code.contractHash, part: checked.part };
  });
}

async function check(
  ports: Needs,
  upload: UploadRecord,
  code: CodeVersion,
  path: string,
  rowsPath: string,
): Promise<Checked> {
  const sha256 = await sha256OfFile(path);
  const before = await validatedBefore(ports, code, sha256);
  if (before) return { ok: true, part: before };
  // A copy keeps its suffix, so that its format can still be told.
  const key = dataKeys.part(upload.model, sha256, suffixOf(upload.key) ?? '');
  const bytes = { sha256, bytes: upload.size, key };
  return validatePart(ports, code, bytes, versionOf(upload), { path, name: fileNameOf(upload.key) }, rowsPath);
}

/** Uploads are held to the newest code's contract; which one that was is recorded with their outcome. */
async function newestCode({ store }: Needs, model: string): Promise<CodeVersion> {
  const head = await registered<Head>(store, registryKeys.codeHead(model));
  return (await registered<CodeVersion>(store, registryKeys.codeVersion(model, head.value.latest))).value;
}

const versionOf = ({ bucket, key, versionId }: UploadRecord): ObjectAddress => ({ bucket, key, versionId });

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const GONE: Problem = {
  code: 'object-gone',
  message: 'this version of the object was deleted before it could be checked: upload it again',
};

const tooLarge = (bytes: number): Problem => ({
  code: 'too-large',
  message: `the file has ${bytes} bytes, at most ${MAX_UPLOAD_BYTES} are allowed: split it into several files`,
});
