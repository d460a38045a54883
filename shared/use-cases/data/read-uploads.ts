import type { UploadRecord } from '../../domain/records.ts';
import { registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** A model's uploads, newest first (by when S3 completed them). UNKNOWN_MODEL has those that named no known model. */
export async function readUploads(
  { store }: Pick<Ports, 'store'>,
  { model, limit }: { readonly model: string; readonly limit?: number },
): Promise<readonly UploadRecord[]> {
  const items = await store.list<UploadRecord>(model, registryPrefixes.uploads);
  return items
    .map((i) => i.value)
    .sort((a, b) => compare(b.uploadedAt, a.uploadedAt) || compare(b.sequencer, a.sequencer) || compare(a.key, b.key))
    .slice(0, limit);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
