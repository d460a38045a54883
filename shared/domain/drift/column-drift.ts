/** What a drift check found of one column. */

/**
 * What was compared: `ks` and `shape` the values of a number, `categories` those of a text, `new-values` the share of those that the
 * baseline never saw (of a text, or of a number with few values), `missing` the share of nulls.
 */
export type DriftTest = 'ks' | 'shape' | 'categories' | 'new-values' | 'missing';

export interface TestResult {
  readonly test: DriftTest;
  /** D of Kolmogorov and Smirnov; Pearson's chi-square; of the two shares, their difference. */
  readonly statistic: number;
  /** Before any correction. */
  readonly p: number;
  /** Corrected over all tests of the check (Holm): compared with the check's `alpha`. */
  readonly pCorrected: number;
  /** How large the change is, in the measure that its floor is in, and whether it reaches the floor. */
  readonly effect: { readonly measure: 'psi' | 'sigmas' | 'share'; readonly value: number; readonly floor: number };
  /** Corrected significance and an effect above its floor: only both together page. */
  readonly page: boolean;
  /** The same by the weaker standard of a report (Benjamini-Hochberg): shown, never paged. */
  readonly notable: boolean;
}

/** Figures of one side, the baseline's or the window's. */
export interface ColumnFigures {
  readonly rows: number;
  /** Share of nulls, 0 to 1. */
  readonly missing: number;
  /** Of a number; null where it cannot be said. */
  readonly mean?: number | null;
  readonly stddev?: number | null;
  /** Of a text or boolean: the most frequent values with their shares, at most five. */
  readonly top?: readonly { readonly value: string; readonly share: number }[];
}

/** One column of the check. `prediction` is the model's own answer. */
export interface ColumnDrift {
  readonly column: string;
  readonly role: 'feature' | 'prediction';
  readonly kind: 'numeric' | 'categorical';
  /** Any of its tests pages; any is notable. */
  readonly page: boolean;
  readonly notable: boolean;
  /** The smallest corrected p of its tests; 1 when none could be made. */
  readonly p: number;
  /** Population stability index, less what chance alone gives; 0 or more. */
  readonly psi: number;
  /**
   * Of a number: how far the mean moved, in standard deviations of the baseline. As told, from all values; the effect of a test takes those
   * farther than ten standard deviations as ten away, so that one wild row is not the size of a change.
   */
  readonly sigmas?: number;
  readonly before: ColumnFigures;
  readonly now: ColumnFigures;
  /** Values that the baseline never saw, most frequent first, at most five. */
  readonly newValues?: readonly { readonly value: string; readonly share: number }[];
  /** Of a number with so few values that each is counted: the share of rows with one that the baseline never saw. */
  readonly newShare?: number;
  readonly tests: readonly TestResult[];
  /** One line for people, such as `distance: mean 1,047 → 1,685 (+0.87σ), PSI 0.68, p 3e-40`. */
  readonly words: string;
}

/** What a page and a list show of a column: ColumnDrift without its tests. */
export type TopFeature = Omit<ColumnDrift, 'tests'>;
