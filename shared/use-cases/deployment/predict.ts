import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { type Answer, answerIn } from '../../domain/prediction.ts';
import type { CodeVersion } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';
import { liveRelease } from './live-release.ts';

export interface Prediction extends Answer {
  readonly model: string;
  readonly release: number;
  readonly modelVersion: number;
  readonly endpoint: string;
}

/**
 * Asks what is live, as any client would by InvokeEndpoint.
 * @param features one row's features by column name
 * @throws NothingLiveError, EndpointError, PredictionFormatError
 */
export const predict = async (
  ports: Pick<Ports, 'store' | 'endpoints'>,
  { model, features }: { readonly model: string; readonly features: Readonly<Record<string, unknown>> },
): Promise<Prediction> => {
  const { release, modelVersion, codeVersion, endpoint } = await liveRelease(ports, model);
  const { value: code } = await registered<CodeVersion>(ports.store, registryKeys.codeVersion(model, codeVersion));
  const { answer } = await ports.endpoints.invoke(endpoint, features);
  return { ...answerIn(answer, code.definition), model, release, modelVersion, endpoint };
};

/** What callers of the live release are held to: the definition that it was trained by. @throws NothingLiveError */
export const liveDefinition = async (ports: Pick<Ports, 'store'>, model: string): Promise<ModelDefinition> => {
  const { codeVersion } = await liveRelease(ports, model);
  return (await registered<CodeVersion>(ports.store, registryKeys.codeVersion(model, codeVersion))).value.definition;
};
