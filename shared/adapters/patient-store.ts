import { setTimeout as wait } from 'node:timers/promises';
import { ConflictError, type RegistryStore } from '../ports/registry-store.ts';

const SHORTEST_MS = 50;
const LONGEST_MS = 2000;

/**
 * A store that takes its time to say that a commit was refused. Whoever decides again at once meets the same others again, and of many
 * only one gets further each time. A pause is random, and its bound doubles with each refusal in a row.
 */
export function patientStore(
  store: RegistryStore,
  pause: (milliseconds: number) => Promise<unknown> = wait,
  random: () => number = Math.random,
): RegistryStore {
  let refusals = 0;
  return {
    ...store,
    commit: async (changes) => {
      try {
        await store.commit(changes);
        refusals = 0;
      } catch (error) {
        if (error instanceof ConflictError) await pause(random() * Math.min(LONGEST_MS, SHORTEST_MS * 2 ** refusals++));
        throw error;
      }
    },
  };
}
