import type { CodeVersion, DataVersion, ModelVersion, Part, Release, Run } from '../domain/records.ts';
import { registryKeys } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';
import { liveRelease } from './deployment/live-release.ts';
import { readManifest } from './read-manifest.ts';
import { registered } from './registry-access.ts';

/** From what answers back to what was uploaded, with a hash at each step. */
export interface Lineage {
  readonly model: string;
  readonly endpoint: string;
  readonly release: Release;
  readonly modelVersion: ModelVersion;
  readonly run: Run;
  readonly codeVersion: Omit<CodeVersion, 'definition'>;
  readonly dataVersion: DataVersion;
  /** Each with the uploaded object that it came from: `source` and `sha256`. */
  readonly parts: readonly Part[];
}

/**
 * @param release without it, the one that is live
 * @throws NothingLiveError, NotRegisteredError
 */
export const readLineage = async (
  ports: Pick<Ports, 'place' | 'store' | 'objects'>,
  { model, release: number }: { readonly model: string; readonly release?: number },
): Promise<Lineage> => {
  const { store } = ports;
  const release =
    number === undefined
      ? await liveRelease(ports, model)
      : (await registered<Release>(store, registryKeys.release(model, number))).value;
  const [version, run, code, data] = await Promise.all([
    registered<ModelVersion>(store, registryKeys.modelVersion(model, release.modelVersion)),
    registered<Run>(store, registryKeys.run(model, release.run)),
    registered<CodeVersion>(store, registryKeys.codeVersion(model, release.codeVersion)),
    registered<DataVersion>(store, registryKeys.dataVersion(model, release.dataVersion)),
  ]);
  const { definition: _, ...codeVersion } = code.value;
  return {
    model,
    endpoint: release.endpoint,
    release,
    modelVersion: version.value,
    run: run.value,
    codeVersion,
    dataVersion: data.value,
    parts: (await readManifest(ports, data.value)).parts,
  };
};
