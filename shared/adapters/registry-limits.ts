import type { Key } from '../domain/registry-key.ts';
import { type Change, InvalidChangeError } from '../ports/registry-store.ts';

/** What DynamoDB refuses is refused by every store, so that a test on memory cannot pass on what AWS would not take. */

const MAX_CHANGES = 100;
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_MODEL_BYTES = 2048;
const MAX_SORT_BYTES = 1024;

export const keyOf = (change: Change): Key =>
  'put' in change ? change.put : 'remove' in change ? change.remove : change.check;

/** @throws InvalidChangeError */
export function checkChanges(changes: readonly Change[]): void {
  if (changes.length === 0 || changes.length > MAX_CHANGES)
    throw new InvalidChangeError(`a commit has 1 to ${MAX_CHANGES} changes, not ${changes.length}`);
  const seen = new Set<string>();
  for (const change of changes) {
    const key = keyOf(change);
    checkKey(key);
    const name = JSON.stringify([key.model, key.sort]);
    if (seen.has(name)) throw new InvalidChangeError(`two changes of one commit name ${key.model}/${key.sort}`);
    seen.add(name);
  }
}

export function checkKey({ model, sort }: Key): void {
  const fits = (text: string, max: number) => text.length > 0 && Buffer.byteLength(text) <= max;
  if (!fits(model, MAX_MODEL_BYTES)) throw new InvalidChangeError(`a key's model has 1 to ${MAX_MODEL_BYTES} bytes`);
  if (!fits(sort, MAX_SORT_BYTES))
    throw new InvalidChangeError(`a sort key has 1 to ${MAX_SORT_BYTES} bytes: ${model}/${sort.slice(0, 80)}`);
}

/**
 * A value as it will be read back: plain data, members that are `undefined` left out.
 * @throws InvalidChangeError with the path of what cannot be kept
 */
export function storable(value: object): object {
  const kept = plain(value, '$') as object;
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  if (bytes > MAX_ITEM_BYTES) throw new InvalidChangeError(`an item has at most ${MAX_ITEM_BYTES} bytes, not ${bytes}`);
  return kept;
}

function plain(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return checkNumber(value, path);
  if (Array.isArray(value)) return value.map((v, i) => plain(v, `${path}[${i}]`));
  if (typeof value === 'object' && isPlain(value))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, v]) => v !== undefined)
        .map(([k, v]) => [k, plain(v, `${path}.${k}`)]),
    );
  throw new InvalidChangeError(`the registry keeps plain data only: ${path} is ${String(value)}`);
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** DynamoDB's numbers have a smaller range than a double's, and no negative zero. */
function checkNumber(value: number, path: string): number {
  const size = Math.abs(value);
  if (value === 0) return 0;
  if (size >= 1e-130 && size < 1e126) return value;
  throw new InvalidChangeError(`the registry cannot keep the number ${value} (${path}): 1e-130 to 1e126, either sign`);
}
