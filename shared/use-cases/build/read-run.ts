import type { Run } from '../../domain/records.ts';
import { registryKeys } from '../../domain/registry-keys.ts';
import type { Ports } from '../../ports/index.ts';

/** One run of a model, if there is one of that number. */
export const readRun = async (
  { store }: Pick<Ports, 'store'>,
  { model, run }: { readonly model: string; readonly run: number },
): Promise<Run | undefined> => (await store.get<Run>(registryKeys.run(model, run)))?.value;
