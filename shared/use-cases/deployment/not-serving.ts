import type { Champion, NotServing } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** What the last look found to serve in place of a champion; undefined when that serves, as far as is known. */
export const notServing = async (
  { store }: Pick<Ports, 'store'>,
  model: string,
  champion: Champion | undefined,
): Promise<NotServing | undefined> => {
  const found = champion && (await store.get<NotServing>(registryKeys.serving(model)));
  return found?.value.release === champion?.release ? found?.value : undefined;
};
