/** What a set of rows looks like, column by column: small enough to keep with every data version, and mergeable. */
export interface Profile {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnProfile>>;
}

export type ColumnProfile = NumericProfile | CategoricalProfile;

export interface NumericProfile {
  readonly kind: 'numeric';
  readonly nulls: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  /** Ascending, one more than `counts`; bin i holds edge[i] ≤ x < edge[i+1], the last one its upper edge too. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Are there so few values that each is the lower edge of a bin of its own? Only then does the last edge lie above the largest value,
 * since that has a bin of its own too.
 */
export const hasBinPerValue = ({ edges, max }: NumericProfile): boolean => max !== null && max < (edges.at(-1) ?? max);

export interface CategoricalProfile {
  readonly kind: 'categorical';
  readonly nulls: number;
  readonly distinct: number;
  /** The most frequent values, most frequent first, at most 1,000; booleans as `true` and `false`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rows with a value that is not among `counts`. */
  readonly other: number;
}
