import type { Problem, Upload } from '../records.ts';
import { fileNameOf } from './upload-key.ts';

/** The report that the uploader reads: one JSON document, and each problem with its place. */
export const rejectionReport = (
  upload: Upload,
  problems: readonly Problem[],
  checked: { readonly codeVersion?: number } = {},
): string =>
  `${JSON.stringify(
    {
      status: 'rejected',
      file: fileNameOf(upload.key),
      model: upload.model,
      uploadId: upload.uploadId,
      object: { bucket: upload.bucket, key: upload.key, versionId: upload.versionId },
      bytes: upload.size,
      uploadedAt: upload.uploadedAt,
      ...checked,
      problems,
    },
    null,
    2,
  )}\n`;

const MAX_PROBLEMS = 50;
const MAX_MESSAGE = 500;
const MAX_NAME = 80;

/**
 * Problems as they are kept and passed on: a state's payload has 256 KiB, an item 400, and what a file holds (a column's name of a
 * megabyte) must not decide whether its rejection can be recorded.
 */
export function boundedProblems(problems: readonly Problem[]): readonly Problem[] {
  const shown = problems.slice(0, MAX_PROBLEMS).map((p) => ({
    ...p,
    message: cut(p.message, MAX_MESSAGE),
    ...(p.column === undefined ? {} : { column: cut(p.column, MAX_NAME) }),
    ...(p.value === undefined ? {} : { value: cut(p.value, MAX_NAME) }),
  }));
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, { code: 'more-problems', message: `${left} more problems are not listed` }] : shown;
}

export const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
