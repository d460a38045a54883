/** What rows look like, for people to look at: bounded, however many rows or values there are. */
export interface Description {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnDescription>>;
}

export type ColumnDescription = NumericDescription | CategoricalDescription;

export interface NumericDescription {
  readonly kind: 'numeric';
  readonly nulls: number;
  /** Null where no row has a value, or where no double holds it. */
  readonly min: number | null;
  readonly median: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  readonly stddev: number | null;
  readonly histogram: Histogram;
}

/** Bars of equal width over the bulk of the values; how many lie outside is said, never drawn. */
export interface Histogram {
  /** Ascending, one more than `counts`; bar i holds edge[i] ≤ x < edge[i+1], the last one its upper edge too. Both empty without values. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

export interface CategoricalDescription {
  readonly kind: 'categorical';
  readonly nulls: number;
  readonly distinct: number;
  /** Most frequent first, at most `MOST_VALUES`; booleans as `true` and `false`. */
  readonly top: readonly { readonly value: string; readonly rows: number }[];
  /** Rows with a value that is not among `top`. */
  readonly other: number;
}

export const MOST_VALUES = 12;
