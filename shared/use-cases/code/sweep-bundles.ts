import { parseUploadKey, uploadIdOf } from '../../domain/data/upload-key.ts';
import { rolledAway } from '../../domain/deployment/rolled-away.ts';
import { codeKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeHead } from '../../domain/records.ts';
import { registryKeys, UNKNOWN_MODEL } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { ListedVersion } from '../../ports/object-store.ts';
import { sweepRepository } from '../sweep-repository.ts';
import { registerCode } from './register-code.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'objects' | 'bus' | 'clock'>;

/**
 * Registers bundles that were published and never announced. Registering one again is harmless, so only the common cases are left out: those
 * that are named after their tree, as `push` and deployments do, and those that were rejected.
 * @throws AggregateError when single bundles could not be checked
 */
export const sweepBundles = (ports: Needs, most?: number) =>
  sweepRepository(
    ports,
    'code',
    async (version) => {
      if (await isSettled(ports, version)) return;
      await registerCode(ports, { ...version, time: version.lastModified, sequencer: '' });
    },
    most,
  );

const isSettled = async ({ place, store, objects }: Needs, version: ListedVersion): Promise<boolean> => {
  const key = parseUploadKey(version.key, version.size);
  const model = key.kind === 'upload' ? key.model : UNKNOWN_MODEL;
  const treeHash = key.kind === 'upload' && /^([0-9a-f]{64})\.tar\.gz$/.exec(key.name)?.[1];
  if (treeHash) {
    const tree = await store.get<{ version: number }>(registryKeys.codeTree(model, treeHash));
    const head = await store.get<CodeHead>(registryKeys.codeHead(model));
    if (tree && !rolledAway(head?.value, tree.value.version, version.lastModified)) return true;
  }
  const report = codeKeys.rejection(model, uploadIdOf(version));
  return objects.exists({ bucket: bucketName(place, 'code'), key: report });
};
