import type { DataVersion, Manifest } from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { readManifest } from '../read-manifest.ts';

/** Newest first. */
export async function readDataVersions(
  { store }: Pick<Ports, 'store'>,
  { model, limit }: { readonly model: string; readonly limit?: number },
): Promise<readonly DataVersion[]> {
  const options = { newestFirst: true, ...(limit === undefined ? {} : { limit }) };
  const items = await store.list<DataVersion>(model, registryPrefixes.dataVersions, options);
  return items.map((i) => i.value);
}

/** A data version with its parts; undefined when there is no such version. */
export async function readDataVersion(
  ports: Pick<Ports, 'place' | 'store' | 'objects'>,
  { model, version }: { readonly model: string; readonly version: number },
): Promise<{ readonly dataVersion: DataVersion; readonly manifest: Manifest } | undefined> {
  const found = await ports.store.get<DataVersion>(registryKeys.dataVersion(model, version));
  return found && { dataVersion: found.value, manifest: await readManifest(ports, found.value) };
}
