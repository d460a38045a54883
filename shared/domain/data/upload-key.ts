import { sha256 } from '../hash.ts';
import { UPLOAD_PREFIX } from '../keys.ts';
import { MODEL_NAME } from '../names.ts';
import type { ObjectVersion } from '../records.ts';

/** What an object under `in/` is, by its key and size alone. */
export type UploadKey =
  | { readonly kind: 'upload'; readonly model: string; readonly name: string }
  /**
   * What the S3 console makes for "create folder": nobody uploaded anything, so nothing is recorded. Only with zero bytes: what
   * has content is answered, and be it with a rejection.
   */
  | { readonly kind: 'folder' }
  | { readonly kind: 'misplaced'; readonly reason: string };

/**
 * Keys are opaque: `..`, `+`, spaces, any Unicode are parts of a name and mean nothing else. A key is only ever compared, shown
 * and hashed; no path and no other key is made from it.
 */
export function parseUploadKey(key: string, size: number): UploadKey {
  const expected = `upload to ${UPLOAD_PREFIX}<model>/<file>`;
  if (key.endsWith('/') && size === 0) return { kind: 'folder' };
  if (!key.startsWith(UPLOAD_PREFIX))
    return { kind: 'misplaced', reason: `the key is not under ${UPLOAD_PREFIX}: ${expected}` };
  const rest = key.slice(UPLOAD_PREFIX.length);
  const slash = rest.indexOf('/');
  if (slash < 0) return { kind: 'misplaced', reason: `the key names no model: ${expected}` };
  const model = rest.slice(0, slash);
  const name = rest.slice(slash + 1);
  if (!MODEL_NAME.test(model))
    return { kind: 'misplaced', reason: `${JSON.stringify(cut(model))} cannot be the name of a model: ${expected}` };
  if (name === '' || name.endsWith('/')) return { kind: 'misplaced', reason: `the key names no file: ${expected}` };
  return { kind: 'upload', model, name };
}

/** An upload is this version of this object, whatever else its events say. 32 hex digits. */
export const uploadIdOf = ({ bucket, key, versionId }: ObjectVersion): string =>
  sha256(`${bucket}\0${key}\0${versionId}`).slice(0, 32);

/** The file's own name: what comes after the last slash. */
export const fileNameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const cut = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
