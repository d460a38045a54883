import { createHash } from 'node:crypto';

/** Lower-case hex sha256. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** JSON with object keys sorted at every depth, so that equal values have equal bytes. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : v,
  );

export const hashOf = (value: unknown): string => sha256(canonicalJson(value));

/** Enough of a hash to name a thing among its siblings: 16 hex digits, 64 bits. */
export const shortHash = (value: unknown): string => hashOf(value).slice(0, 16);
