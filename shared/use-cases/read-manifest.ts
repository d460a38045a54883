import { bucketName } from '../domain/names.ts';
import type { DataVersion, Manifest } from '../domain/records.ts';
import type { Ports } from '../ports/index.ts';
import { readJson } from './stored-json.ts';

/** The parts of a data version. @throws ObjectNotFoundError */
export const readManifest = async (
  { place, objects }: Pick<Ports, 'place' | 'objects'>,
  version: Pick<DataVersion, 'manifestKey'>,
): Promise<Manifest> =>
  (await readJson(objects, { bucket: bucketName(place, 'data'), key: version.manifestKey })) as Manifest;
