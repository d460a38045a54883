import type { Key } from '../domain/registry-keys.ts';

/**
 * Where the registry's facts are kept. Deliberately small: every rule of the registry is a condition on a change, written in
 * the use cases, so that memory and DynamoDB cannot differ in what they allow.
 */

/**
 * A stored fact with the revision that a later change can insist on. Any change gives an item a revision that it never had before,
 * not even before it was removed: so a revision also fences off an owner whose lock was broken and taken by somebody else.
 */
export interface Stored<T> {
  readonly key: Key;
  readonly value: T;
  readonly revision: number;
}

/** What must be true of an item for a commit to happen: it is not there, or it is still at this revision. */
export type Expectation = 'absent' | { readonly revision: number };

export type Change =
  | { readonly put: Key; readonly value: object; readonly expect: Expectation }
  | { readonly remove: Key; readonly expect: { readonly revision: number } }
  | { readonly check: Key; readonly expect: Expectation };

export interface RegistryStore {
  /** Strongly consistent; `undefined` when there is no such item. */
  get<T extends object>(key: Key): Promise<Stored<T> | undefined>;
  /** Items whose sort key starts with `prefix`, in sort order (`newestFirst` reverses), at most `limit`. */
  list<T extends object>(
    model: string,
    prefix: string,
    options?: { readonly limit?: number; readonly newestFirst?: boolean },
  ): Promise<readonly Stored<T>[]>;
  /**
   * All changes or none (at most 100, on distinct items).
   * @throws InvalidChangeError for what no store keeps: NaN, dates, more than 396 KiB, two changes of one item
   * @throws ConflictError when an expectation does not hold, or another commit touched an item at the same time.
   */
  commit(changes: readonly Change[]): Promise<void>;
}

/** Somebody else changed what this change relied on: read again and decide again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly keys: readonly Key[];
  constructor(keys: readonly Key[], options?: ErrorOptions) {
    super(`changed by somebody else meanwhile: ${keys.map((k) => `${k.model}/${k.sort}`).join(', ')}`, options);
    this.keys = keys;
  }
}

/** Not somebody else's doing, and the same next time: nothing to retry. */
export class InvalidChangeError extends Error {
  override readonly name = 'InvalidChangeError';
}
