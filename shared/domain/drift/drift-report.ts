import type { DriftCheck } from '../records.ts';
import type { ColumnDrift } from './column-drift.ts';

/** The JSON report: everything, column by column. */
export interface DriftReport extends Omit<DriftCheck, 'topFeatures' | 'report'> {
  readonly columns: readonly ColumnDrift[];
  /** What was compared with. */
  readonly baseline: { readonly dataVersion: number; readonly rows: number };
  /** Shares before and now, of the first columns, at most `MOST_CHARTS`. */
  readonly charts: readonly { readonly column: string; readonly bars: readonly BarPair[] }[];
}

export const MOST_CHARTS = 24;

/** A bar of each side, as shares of the rows that have a value. */
export interface BarPair {
  readonly label: string;
  readonly before: number;
  readonly now: number;
}
