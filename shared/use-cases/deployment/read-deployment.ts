import type { Deployment, Release } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';
import { registered } from '../registry-access.ts';
import { hasEnded } from './deployment-lock.ts';

/** How a deployment stands, with its release once it is live; undefined before it has begun. @throws NotRegisteredError */
export const readDeployment = async (
  { store }: Pick<Ports, 'store'>,
  { model, execution }: Pick<Deployment, 'model' | 'execution'>,
): Promise<{ readonly deployment: Deployment; readonly ended: boolean; readonly release?: Release } | undefined> => {
  const found = await store.get<Deployment>(registryKeys.deployment(model, execution));
  if (!found) return undefined;
  const { value } = found;
  const release =
    value.release === undefined
      ? undefined
      : (await registered<Release>(store, registryKeys.release(model, value.release))).value;
  return { deployment: value, ended: hasEnded(value), ...(release && { release }) };
};
