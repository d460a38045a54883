import { canaryOf } from '../../domain/deployment/canary.ts';
import { isLost } from '../../domain/deployment/endpoint-status.ts';
import { endpointName } from '../../domain/names.ts';
import type { Champion, CodeVersion, Deployment, ModelVersion, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import { endpointConfig, endpointTags, servedModel } from '../../domain/sagemaker/hosting.ts';
import type { DeploymentStart } from '../../events/deployment-tasks.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';
import { endpointGone } from './endpoint-gone.ts';
import { newestRelease } from './newest-release.ts';

/**
 * What the machine is to make, and what serves meanwhile. The configuration of the release before stays when a new one serves: until
 * then it is what is put back, and afterwards one call of UpdateEndpoint goes back by hand, should ModelLoop itself be what failed.
 * The one before that is obsolete. The SageMaker model is made here, should there be none.
 * @param deployment the number of this attempt
 */
export const planDeployment = async (
  { place, store, hosting }: Pick<Ports, 'place' | 'store' | 'hosting'>,
  { model, modelVersion, kind }: Pick<Deployment, 'model' | 'modelVersion' | 'kind'>,
  deployment: number,
  champion: Champion | undefined,
): Promise<DeploymentStart> => {
  const endpoint = endpointName(place, model);
  const live = champion && (await registered<Release>(store, registryKeys.release(model, champion.release))).value;
  if (kind === 'restoration')
    return live
      ? { outcome: 'restore', endpoint, champion: serving(live) }
      : { outcome: 'not-needed', reason: 'there is no champion to restore' };
  if (kind === 'retirement') return { outcome: 'retire', endpoint };
  const found = live && (await hosting.describeEndpoint(endpoint));
  const updatable = found !== undefined && !isLost(found);
  // Left behind by a first deployment that failed, or was stopped, of which nobody was told; or it failed since. Its name is taken.
  if (!updatable && !(await endpointGone(hosting, endpoint))) return { outcome: 'clearing' };
  const { value: version } = await registered<ModelVersion>(store, registryKeys.modelVersion(model, modelVersion));
  const { value: code } = await registered<CodeVersion>(store, registryKeys.codeVersion(model, version.codeVersion));
  // A retirement deletes them all, and what is gone back to may be from before one.
  await hosting.ensureModel(servedModel(place, version, code.definition));
  const numbers = { deployment, release: (await newestRelease({ store }, model)) + 1 };
  const config = endpointConfig(place, version, code.definition, numbers);
  if (!live || !updatable) return { outcome: 'create', endpoint, config, tags: endpointTags(place, model) };
  const before = await store.get<Release>(registryKeys.release(model, live.release - 1));
  const obsolete = before && before.value.endpointConfig !== live.endpointConfig && before.value.endpointConfig;
  // Who goes back, or puts the champion back, is in a hurry, and to what has served before.
  const hurry = kind === 'rollback' || modelVersion === live.modelVersion;
  const trial = { deployment, endpointConfig: config.EndpointConfigName };
  const canary = hurry ? undefined : canaryOf(place, code.definition, trial);
  return {
    ...{ outcome: 'update', endpoint, config, champion: serving(live) },
    ...(obsolete && { obsolete }),
    ...(canary && { canary }),
  };
};

const serving = ({ release, endpointConfig }: Release) => ({ release, endpointConfig });
