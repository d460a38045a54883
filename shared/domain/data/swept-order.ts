import type { Upload } from '../records.ts';

type Place = Pick<Upload, 'uploadedAt' | 'sequencer'>;

/**
 * The place in time of an upload that no event announced. A listing has no sequencer, and the time that it tells of a multipart upload is
 * when that began; but it lists the versions of one key in the order in which they were made. So: as old as S3 says, yet newer than
 * the version before it, and older than whatever S3 makes of the key later.
 * @param lastModified ISO 8601, as the listing tells it
 * @param before the version of the same key before this one, as it is on record
 */
export function sweptPlace(lastModified: string, before: Place | undefined): Place {
  const uploadedAt = new Date(lastModified).toISOString();
  if (!before || before.uploadedAt < uploadedAt) return { uploadedAt, sequencer: '0' };
  return { uploadedAt: before.uploadedAt, sequencer: next(before.sequencer) };
}

/** The next hexadecimal number: sequencers of S3 itself are much further apart. */
const next = (sequencer: string): string =>
  (BigInt(`0x${sequencer || '0'}`) + 1n).toString(16).toUpperCase().padStart(sequencer.length, '0');
