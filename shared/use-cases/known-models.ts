import type { ModelDefinition } from '../domain/definition/model-definition.ts';
import { MODEL_NAME } from '../domain/names.ts';
import type { CodeVersion, Head } from '../domain/records.ts';
import { CATALOGUE_MODEL, registryKeys } from '../domain/registry-keys.ts';
import type { Ports } from '../ports/index.ts';

/** The names of the models that have a code version, in order. */
export const knownModels = async ({ store }: Pick<Ports, 'store'>): Promise<readonly string[]> =>
  (await store.list(CATALOGUE_MODEL, '')).map(({ key }) => key.sort);

/** Any text may be asked for: what cannot be a name is no model. */
export const isKnownModel = async ({ store }: Pick<Ports, 'store'>, model: string): Promise<boolean> =>
  MODEL_NAME.test(model) && (await store.get(registryKeys.catalogue(model))) !== undefined;

/** The definition of a model's newest code version; undefined when it has none. */
export const newestDefinition = async (
  { store }: Pick<Ports, 'store'>,
  model: string,
): Promise<ModelDefinition | undefined> => {
  const head = await store.get<Head>(registryKeys.codeHead(model));
  const code = head && (await store.get<CodeVersion>(registryKeys.codeVersion(model, head.value.latest)));
  return code?.value.definition;
};
