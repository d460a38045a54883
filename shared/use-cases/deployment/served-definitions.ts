import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { kindChange } from '../../domain/deployment/endpoint-kind.ts';
import type { Champion, CodeVersion, ModelVersion } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';

export interface ServedDefinitions {
  readonly asked: ModelDefinition;
  /** Of the champion; undefined when nothing is live. */
  readonly live: ModelDefinition | undefined;
}

/** The definitions that a model version and the champion were made with. @throws NotRegisteredError */
export const servedDefinitions = async (
  { store }: Pick<Ports, 'store'>,
  { model, modelVersion }: { readonly model: string; readonly modelVersion: number },
  champion: Champion | undefined,
): Promise<ServedDefinitions> => {
  const [asked, live] = await Promise.all([
    definitionOf(store, model, modelVersion),
    champion && definitionOf(store, model, champion.modelVersion),
  ]);
  return { asked, live };
};

/** Why it cannot take the champion's place on the endpoint, or undefined. @throws NotRegisteredError */
export const endpointObjection = async (
  ports: Pick<Ports, 'store'>,
  wanted: { readonly model: string; readonly modelVersion: number },
  champion: Champion | undefined,
): Promise<string | undefined> => {
  const { asked, live } = await servedDefinitions(ports, wanted, champion);
  return live && kindChange(live, asked, wanted.model, wanted.modelVersion);
};

const definitionOf = async (store: Ports['store'], model: string, version: number): Promise<ModelDefinition> => {
  const { value } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, version));
  return (await registered<CodeVersion>(store, registryKeys.codeVersion(model, value.codeVersion))).value.definition;
};
