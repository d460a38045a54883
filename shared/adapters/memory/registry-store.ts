import type { Key } from '../../domain/registry-keys.ts';
import { type Change, ConflictError, type RegistryStore, type Stored } from '../../ports/registry-store.ts';
import { checkChanges, checkKey, keyOf, storedText } from '../registry-limits.ts';

interface Item {
  readonly key: Key;
  /** JSON, so that nobody can change what is stored through an object that they hold. */
  readonly json: string | undefined;
  /** Kept when the item is removed: a revision never comes back. */
  readonly revision: number;
}

/** The registry in memory, for tests: it refuses what DynamoDB refuses. */
export function memoryRegistryStore(): RegistryStore {
  const items = new Map<string, Item>();
  const current = (key: Key) => items.get(nameOf(key));

  const holds = (change: Change): boolean => {
    const item = current(keyOf(change));
    return change.expect === 'absent'
      ? item?.json === undefined
      : item?.json !== undefined && item.revision === change.expect.revision;
  };

  const apply = (change: Change, json: string | undefined) => {
    if ('check' in change) return;
    const key = keyOf(change);
    const revision = (current(key)?.revision ?? 0) + 1;
    items.set(nameOf(key), { key: { ...key }, json, revision });
  };

  return {
    async get<T extends object>(key: Key) {
      checkKey(key);
      const item = current(key);
      return item && stored<T>(item);
    },

    async list<T extends object>(
      model: string,
      prefix: string,
      { limit, newestFirst = false }: { limit?: number; newestFirst?: boolean } = {},
    ) {
      const found = [...items.values()]
        .filter((i) => i.key.model === model && i.key.sort.startsWith(prefix))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key.sort), Buffer.from(b.key.sort)))
        .flatMap((i) => stored<T>(i) ?? []);
      if (newestFirst) found.reverse();
      return found.slice(0, limit);
    },

    async commit(changes) {
      checkChanges(changes);
      const texts = changes.map((c) => ('put' in c ? storedText(c.value) : undefined));
      const broken = changes.filter((c) => !holds(c));
      if (broken.length > 0) throw new ConflictError(broken.map(keyOf));
      for (const [i, change] of changes.entries()) apply(change, texts[i]);
    },
  };
}

const nameOf = (key: Key) => JSON.stringify([key.model, key.sort]);

const stored = <T extends object>(item: Item): Stored<T> | undefined =>
  item.json === undefined
    ? undefined
    : { key: { ...item.key }, value: JSON.parse(item.json) as T, revision: item.revision };
