import type { Column } from '../definition/model-definition.ts';

/** A file of rows that no contract is known of yet: what its columns hold. */
export interface Sample {
  readonly rows: number;
  /** Are types told by the file (Parquet, JSON Lines) or only by how values look (CSV)? */
  readonly typed: boolean;
  /** In the order of the file. */
  readonly columns: readonly SampleColumn[];
}

export interface SampleColumn {
  readonly name: string;
  readonly nulls: number;
  /** Where the first of them stands: `line 7`. */
  readonly firstNull?: string;
  /** For each type that every value of the column fits, what the values are when they are read so. */
  readonly readings: Readonly<Partial<Record<Column['type'], Reading>>>;
  /** The type as a file of types has it, for messages. */
  readonly fileType?: string;
}

export interface Reading {
  /** Different values. */
  readonly distinct: number;
  /** Of numbers. */
  readonly min?: number;
  readonly max?: number;
  /** Of texts and booleans: the values, most frequent first; only where there are at most `MOST_VALUES`. */
  readonly values?: readonly { readonly value: string; readonly rows: number }[];
  /** Of texts: does every one begin as a date does? Do digits begin with a zero that a number would lose? */
  readonly dates?: boolean;
  readonly leadingZeros?: boolean;
}

export const MOST_VALUES = 1000;

/** A feature that tells the target nearly, or entirely, alone: perhaps it is only known once the answer is. */
export interface Suspect {
  readonly column: string;
  /** `copy`: without an error; validation refuses it as a feature. */
  readonly kind: 'copy' | 'near';
  /** The figures, in words. */
  readonly why: string;
}
