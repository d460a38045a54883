import type { UploadFormat } from '../../domain/data/upload-format.ts';
import type { Contract } from '../../domain/definition/model-definition.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { ProblemList } from './problem-list.ts';

/** An upload's rows in the table `staged`, in the order of the file (`rowid` counts from 0), and how each column is to be read. */
export interface Staged {
  readonly plans: readonly ColumnPlan[];
  /** Where a row stands: an editor's line for text, the row's number for Parquet. */
  place(row: number): { readonly line?: number; readonly words: string };
}

export interface StageInput {
  readonly path: string;
  readonly format: UploadFormat;
  readonly contract: Contract;
  readonly maxBytes: number;
  /** Problems that leave the other rows readable are added here; others throw. */
  readonly problems: ProblemList;
}

export const EMPTY = { code: 'empty-file', message: 'the file is empty' };
export const NO_ROWS = { code: 'no-rows', message: 'the file has column names but no rows' };
