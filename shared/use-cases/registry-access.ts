import type { Key } from '../domain/registry-keys.ts';
import { ConflictError, type Expectation, type RegistryStore, type Stored } from '../ports/registry-store.ts';

/** Something that must be on record is not: an event or an input names what never was. */
export class NotRegisteredError extends Error {
  override readonly name = 'NotRegisteredError';
  constructor(key: Key) {
    super(`the registry of model ${key.model} has no ${key.sort}`);
  }
}

/** @throws NotRegisteredError */
export const registered = async <T extends object>(store: RegistryStore, key: Key): Promise<Stored<T>> => {
  const item = await store.get<T>(key);
  if (!item) throw new NotRegisteredError(key);
  return item;
};

/** The expectation that an item is still as it was read. */
export const asRead = (item: Stored<object> | undefined): Expectation =>
  item ? { revision: item.revision } : 'absent';

const ATTEMPTS = 8;

/** Decides again, on what is there now, when somebody else's commit came first. The store pauses before: adapters/patient-store.ts. */
export const retryConflicts = async <T>(decideAndCommit: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decideAndCommit();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
};
