import type { ModelDefinition } from '../definition/model-definition.ts';

/** What came in: uploads, and the data and code versions that were made of them. */

/** Where bytes are, exactly. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** An upload as its event announced it. (bucket, key, versionId) is its identity. */
export interface Upload extends ObjectVersion {
  readonly uploadId: string;
  readonly model: string;
  readonly size: number;
  /** When S3 completed the request. */
  readonly uploadedAt: string;
  /** Orders the writes of one key: compare left-padded. */
  readonly sequencer: string;
}

/** One thing wrong with an upload: what, where, why. */
export interface Problem {
  /** A stable word for programs, such as `ragged-row` or `out-of-range`. */
  readonly code: string;
  readonly message: string;
  /** 1-based, as an editor shows it: the header is line 1. */
  readonly line?: number;
  readonly column?: string;
  /** The offending value, cut to 80 characters. */
  readonly value?: string;
  /** How many rows have this problem, when more than the one shown. */
  readonly rows?: number;
}

/** What became of an upload: exactly one of these. */
export type UploadOutcome =
  | { readonly status: 'accepted'; readonly dataVersion: number }
  | { readonly status: 'duplicate'; readonly of: number }
  /** A snapshot that arrived after a newer one: kept, never the latest. */
  | { readonly status: 'superseded'; readonly by: number }
  | { readonly status: 'rejected'; readonly problems: readonly Problem[]; readonly report?: string }
  /** Ours, not the uploader's: the pipeline failed; uploading again tries again. */
  | { readonly status: 'failed'; readonly reason: string };

export interface UploadRecord extends Upload {
  readonly registeredAt: string;
  readonly outcome?: UploadOutcome & { readonly at: string; readonly codeVersion?: number };
}

/** Accepted bytes: addressed by their content, with what they were uploaded as. */
export interface Part {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** The write-once copy in the data repository. */
  readonly key: string;
  readonly source: ObjectVersion;
  readonly uploadedAt: string;
  readonly sequencer: string;
}

/** The parts of a data version, ordered by their hash; `hash` is over the parts' hashes only. */
export interface Manifest {
  readonly hash: string;
  readonly parts: readonly Part[];
}

export interface DataVersion {
  readonly model: string;
  readonly version: number;
  readonly manifestHash: string;
  readonly manifestKey: string;
  readonly rows: number;
  readonly parts: number;
  /** The upload that made this version, and the part that it added. */
  readonly uploadId: string;
  readonly source: ObjectVersion;
  readonly sha256: string;
  /** The contract it was accepted under. */
  readonly codeVersion: number;
  readonly contractHash: string;
  /** The version whose manifest a rollback brought back as this one. */
  readonly restoredFrom?: number;
  readonly createdAt: string;
}

export interface CodeVersion {
  readonly model: string;
  readonly version: number;
  /** Over paths and bytes of the folder, never over archive bytes. */
  readonly treeHash: string;
  readonly bucket: string;
  readonly bundleKey: string;
  readonly contractHash: string;
  /** The definition as the bundle holds it, parsed and with its defaults. */
  readonly definition: ModelDefinition;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** The version whose tree a rollback brought back as this one. */
  readonly restoredFrom?: number;
  readonly createdAt: string;
}
