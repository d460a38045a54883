import type { ModelDefinition } from '../definition/model-definition.ts';
import { hashOf } from '../hash.ts';
import type { DataHead, Manifest, Part } from '../records.ts';

/**
 * What an accepted upload makes of a model's data. Uploads arrive in any order and any number of times; what is in force in the
 * end depends on which were accepted, never on when their turn came.
 */

export type DataMode = ModelDefinition['data']['mode'];
export type AsOf = DataHead['asOf'];

/** The newest data version. */
export interface InForce {
  readonly version: number;
  readonly manifest: Manifest;
  readonly asOf: AsOf;
}

export type Placement =
  | { readonly status: 'accepted'; readonly manifest: Manifest; readonly asOf: AsOf }
  /** The bytes are in force. `asOf` is there when this upload is newer than the one that brought them. */
  | { readonly status: 'duplicate'; readonly asOf?: AsOf }
  | { readonly status: 'superseded'; readonly by: number };

/**
 * @param inForce undefined before the first version
 * @param key of the uploaded object: settles the order of snapshots that S3 completed at one time
 */
export function placeUpload(inForce: InForce | undefined, part: Part, mode: DataMode): Placement {
  const asOf: AsOf = { uploadedAt: part.uploadedAt, sequencer: part.sequencer, key: part.source.key };
  if (!inForce) return { status: 'accepted', manifest: manifestOf([part]), asOf };
  const newer = compareAsOf(asOf, inForce.asOf) > 0;
  if (inForce.manifest.parts.some((p) => p.sha256 === part.sha256))
    // A newer snapshot of the same bytes makes them newer: one that was taken in between must not replace them when it arrives.
    return newer ? { status: 'duplicate', asOf } : { status: 'duplicate' };
  if (mode === 'snapshot')
    return newer
      ? { status: 'accepted', manifest: manifestOf([part]), asOf }
      : { status: 'superseded', by: inForce.version };
  return {
    status: 'accepted',
    manifest: manifestOf([...inForce.manifest.parts, part]),
    asOf: newer ? asOf : inForce.asOf,
  };
}

/** Parts by hash, so that their order of arrival leaves no trace. */
export function manifestOf(parts: readonly Part[]): Manifest {
  const sorted = [...parts].sort((a, b) => compareText(a.sha256, b.sha256));
  return { hash: hashOf(sorted.map((p) => p.sha256)), parts: sorted };
}

/** Total: two uploads that are not one differ in their key, or in their sequencer. @returns negative when `a` is older */
export function compareAsOf(a: AsOf, b: AsOf): number {
  return (
    compareText(a.uploadedAt, b.uploadedAt) || compareSequencers(a.sequencer, b.sequencer) || compareText(a.key, b.key)
  );
}

/** Hexadecimal numbers of differing length: the shorter one is padded with zeros on its left, as S3's documentation asks. */
function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  return compareText(a.toUpperCase().padStart(length, '0'), b.toUpperCase().padStart(length, '0'));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
