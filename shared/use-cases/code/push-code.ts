import { repositoryOf } from '../../domain/build/container-images.ts';
import { rolledAway } from '../../domain/deployment/rolled-away.ts';
import { hashOf } from '../../domain/hash.ts';
import { codeKeys } from '../../domain/keys.ts';
import { bucketName } from '../../domain/names.ts';
import type { CodeHead, CodeVersion } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import type { CodeBundle } from './bundle-model.ts';

/** A bundle cannot take effect by itself: the stage has to be deployed first. */
export class DeploymentNeededError extends Error {
  override readonly name = 'DeploymentNeededError';
}

export type PushedCode =
  /** The same tree was registered before: nothing is uploaded. `newest` is the version that runs take. */
  | { readonly outcome: 'known'; readonly codeVersion: number; readonly newest: number }
  | { readonly outcome: 'uploaded'; readonly bucket: string; readonly key: string };

/**
 * Uploads a model's bundle to the code repository, which registers it as a version on its own, unless its tree is one already.
 * @throws DeploymentNeededError when the stage does not know the model, or has other `operations` than the bundle, or an image of another
 *   repository: schedules, paging and the model's roles are made at deployment, and a code version that says otherwise would be believed
 */
export async function pushCode(
  { place, store, objects }: Pick<Ports, 'place' | 'store' | 'objects'>,
  { model, treeHash, definition, archive }: Pick<CodeBundle, 'model' | 'treeHash' | 'definition' | 'archive'>,
): Promise<PushedCode> {
  const head = await store.get<CodeHead>(registryKeys.codeHead(model));
  if (!head)
    throw new DeploymentNeededError(`stage ${place.stage} has no model "${model}": its roles do not exist yet`);
  const { latest } = head.value;
  const known = await registeredCode({ store }, { model, treeHash });
  if (known !== undefined) return { outcome: 'known', codeVersion: known, newest: latest };
  // Every code version came by a deployment, or passed this check: so the newest one has what is deployed.
  const newest = await store.get<CodeVersion>(registryKeys.codeVersion(model, latest));
  if (hashOf(newest?.value.definition.operations ?? null) !== hashOf(definition.operations ?? null))
    throw new DeploymentNeededError(
      `the operations of ${model} (owner, schedules, paging) differ from what is deployed on stage ${place.stage}`,
    );
  const { image } = definition.training;
  if (!mayPull(newest?.value, image))
    throw new DeploymentNeededError(
      `the roles of ${model} on stage ${place.stage} may not pull from the repository of training.image ${image}`,
    );
  const bucket = bucketName(place, 'code');
  const key = codeKeys.upload(model, treeHash);
  await objects.write({ bucket, key }, archive, 'application/gzip');
  return { outcome: 'uploaded', bucket, key };
}

const mayPull = (newest: CodeVersion | undefined, image: string): boolean => {
  const { training, operations } = newest?.definition ?? {};
  const pulled = [...(training ? [training.image] : []), ...(operations?.images ?? [])];
  return pulled.map(repositoryOf).includes(repositoryOf(image));
};

/** The number of the code version with this tree; undefined while it is not registered, or when a rollback took it away. */
export const registeredCode = async (
  { store }: Pick<Ports, 'store'>,
  { model, treeHash }: { readonly model: string; readonly treeHash: string },
): Promise<number | undefined> => {
  const tree = await store.get<{ version: number }>(registryKeys.codeTree(model, treeHash));
  const head = await store.get<CodeHead>(registryKeys.codeHead(model));
  return tree && !rolledAway(head?.value, tree.value.version) ? tree.value.version : undefined;
};
