import { bucketName } from '../../domain/names.ts';
import type { Ports } from '../../ports/index.ts';
import type { ObjectAddress } from '../../ports/object-store.ts';

/**
 * Puts a bundle where the code repository looks. That is all: registering it is the repository's own work, and an old bundle that
 * is put there again is still the version that it was.
 */
export const publishCode = async (
  { place, objects }: Pick<Ports, 'place' | 'objects'>,
  { asset, key }: { readonly asset: ObjectAddress; readonly key: string },
): Promise<void> => objects.copy(asset, { bucket: bucketName(place, 'code'), key });
