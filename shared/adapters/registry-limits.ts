import type { Key } from '../domain/registry-keys.ts';
import { type Change, InvalidChangeError } from '../ports/registry-store.ts';

/** What DynamoDB refuses is refused by every store, so that a test on memory cannot pass on what AWS would not take. */

const MAX_CHANGES = 100;
/** Of DynamoDB's 400 KiB an item, less its keys, names and revision. */
const MAX_VALUE_BYTES = 396 * 1024;
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
 * A value as it is kept: JSON of plain data, members that are `undefined` left out.
 * @throws InvalidChangeError with the path of what would not come back as it was
 */
export function storedText(value: object): string {
  checkPlain(value, '$');
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_VALUE_BYTES)
    throw new InvalidChangeError(`a value has at most ${MAX_VALUE_BYTES} bytes, not ${bytes}`);
  return text;
}

function checkPlain(value: unknown, path: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) for (const [i, v] of value.entries()) checkPlain(v, `${path}[${i}]`);
  else if (typeof value === 'object' && isPlain(value)) {
    for (const [k, v] of Object.entries(value)) if (v !== undefined) checkPlain(v, `${path}.${k}`);
  } else throw new InvalidChangeError(`the registry keeps plain data only: ${path} is ${String(value)}`);
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));
