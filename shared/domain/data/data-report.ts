import type { DataVersion, ObjectVersion, Part, UploadOutcome } from '../records.ts';
import type { Description } from './description.ts';

/** What there is to say of a data version: the JSON beside its report, and all that the report shows. */
export interface DataReport {
  readonly model: string;
  readonly description: string;
  readonly owner?: string;
  readonly dataVersion: DataVersion;
  /** Newest upload first, at most `MOST_PARTS`; `dataVersion.parts` says how many there are. */
  readonly parts: readonly Pick<Part, 'sha256' | 'bytes' | 'rows' | 'source' | 'uploadedAt'>[];
  /** Of all parts together. */
  readonly split: SplitRows;
  /** What the contract asks of each column, in its order. */
  readonly columns: readonly ContractColumn[];
  /** Of the rows of the parts that are prepared under the version's contract. */
  readonly described?: Description;
  /** Parts that were accepted under another contract: their rows are not described, nor are they in `split`. */
  readonly otherContract: number;
  /** What had become of the model's uploads when this version was made. */
  readonly uploads: Readonly<Record<UploadOutcome['status'], number>>;
  /** The last rejections before that, newest first, at most `MOST_REJECTIONS`. */
  readonly rejections: readonly Rejection[];
}

export interface SplitRows {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface ContractColumn {
  readonly name: string;
  readonly role: 'target' | 'id' | 'feature' | 'not a feature';
  readonly type: string;
  /** Range or values, in words; empty where any value of the type will do. */
  readonly allowed: string;
  readonly nullable: boolean;
}

export interface Rejection extends ObjectVersion {
  readonly at: string;
  readonly problems: number;
  /** The first problem, in words. */
  readonly first: string;
}

export const MOST_PARTS = 50;
export const MOST_REJECTIONS = 10;
