import { retiredInWords } from '../../domain/deployment/may-deploy.ts';
import type { Champion, Release, Retired } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';

/** The model is unknown, or nothing of it has gone live yet. */
export class NothingLiveError extends Error {
  override readonly name = 'NothingLiveError';
}

/** The release that serves. @throws NothingLiveError */
export const liveRelease = async ({ store }: Pick<Ports, 'store'>, model: string): Promise<Release> => {
  const champion = await store.get<Champion>(registryKeys.champion(model));
  if (champion) return (await registered<Release>(store, registryKeys.release(model, champion.value.release))).value;
  const retired = await store.get<Retired>(registryKeys.retired(model));
  if (retired) throw new NothingLiveError(`${model}: ${retiredInWords(retired.value)}`);
  const known = await store.get(registryKeys.catalogue(model));
  throw new NothingLiveError(
    known
      ? `nothing of model ${model} is live yet: npx modelloop status ${model} says what it is waiting for`
      : `there is no model ${model}: npx modelloop status lists the known ones`,
  );
};
