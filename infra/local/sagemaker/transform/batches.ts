import { JobFailure } from '../errors.ts';

export const BYTES_PER_MB = 1024 * 1024;

export interface TransformRecord {
  /** The line as it stands in the input. */
  readonly source: string;
  /** What is sent to the model for it. */
  readonly payload: string;
}

/**
 * Puts lines into requests: one each (`SingleRecord`), or as many as fit into `maxBytes` (`MultiRecord`), joined by newlines.
 * @throws JobFailure for a record that alone is larger
 */
export async function* batches(
  records: AsyncIterable<TransformRecord>,
  strategy: 'SingleRecord' | 'MultiRecord',
  maxBytes: number,
): AsyncGenerator<readonly TransformRecord[]> {
  let batch: TransformRecord[] = [];
  let size = 0;
  for await (const record of records) {
    const bytes = Buffer.byteLength(record.payload) + 1;
    if (bytes - 1 > maxBytes) {
      throw new JobFailure(
        `ClientError: Max payload exceeded: a record has ${bytes - 1} bytes, MaxPayloadInMB allows ${maxBytes}`,
      );
    }
    if (batch.length > 0 && (strategy === 'SingleRecord' || size + bytes - 1 > maxBytes)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(record);
    size += bytes;
  }
  if (batch.length > 0) yield batch;
}
