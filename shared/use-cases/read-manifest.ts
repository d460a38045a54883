import { bucketName } from '../domain/names.ts';
import type { DataVersion, Manifest } from '../domain/records.ts';
import type { Ports } from '../ports/index.ts';

/** The parts of a data version. @throws ObjectNotFoundError */
export const readManifest = async (
  { place, objects }: Pick<Ports, 'place' | 'objects'>,
  version: Pick<DataVersion, 'manifestKey'>,
): Promise<Manifest> => {
  const bytes = await objects.read({ bucket: bucketName(place, 'data'), key: version.manifestKey });
  return JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
};
