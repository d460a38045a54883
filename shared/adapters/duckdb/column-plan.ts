import type { Column } from '../../domain/definition/model-definition.ts';
import { didYouMean } from '../../domain/did-you-mean.ts';
import { double, ident, text, texts } from './sql.ts';

/** One way in which a value can be wrong. */
export interface ValueCheck {
  readonly code: string;
  /** SQL: true for a row whose value is wrong in this way. */
  readonly when: string;
  /** Ends the sentence "line 7, column month: "5x" …". */
  readonly reason: string;
  /** What to do about this very value, after the reason. */
  readonly todo?: (value: string) => string;
}

/** How one column is read: SQL over the staged rows. */
export interface ColumnPlan {
  readonly name: string;
  /** The value as it stands in the file, as text. */
  readonly raw: string;
  /** The value in the contract's type; null where a check fails or the field is empty. */
  readonly typed: string;
  readonly checks: readonly ValueCheck[];
}

/** A nullable integer column becomes `5.0` in many tools' CSV: nothing is lost, so it counts as an integer. */
const INTEGER = text('[+-]?[0-9]+(\\.0*)?');
const NUMBER = text('[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?');
const NOT_FINITE = text('(?i)[+-]?(nan|inf|infinity)');

/** A value that arrives as text: CSV, and JSON once its own type has been looked at. */
export function planText(name: string, column: Column): ColumnPlan {
  const s = ident(name);
  const typed = typedText(s, column.type);
  const is = (pattern: string) => `regexp_full_match(${s}, ${pattern})`;
  const notFinite = { code: 'not-finite', reason: NOT_FINITE_REASON };
  const byType: Record<Column['type'], ValueCheck[]> = {
    integer: [
      { ...notFinite, when: is(NOT_FINITE) },
      { code: 'wrong-type', when: `NOT ${is(INTEGER)} AND NOT ${is(NOT_FINITE)}`, reason: REASONS.integer },
      { code: 'out-of-range', when: `${is(INTEGER)} AND ${typed} IS NULL`, reason: 'does not fit into 64 bits' },
    ],
    number: [
      { ...notFinite, when: `${is(NOT_FINITE)} OR isinf(${typed})` },
      { code: 'wrong-type', when: `NOT ${is(NUMBER)} AND NOT ${is(NOT_FINITE)}`, reason: REASONS.number },
    ],
    boolean: [{ code: 'wrong-type', when: `${s} IS NOT NULL AND ${typed} IS NULL`, reason: REASONS.boolean }],
    string: [],
  };
  return { name, raw: s, typed, checks: [...byType[column.type], ...contractChecks(s, typed, column)] };
}

/** -0.0 + 0.0 is 0.0: one number, one text, one hash. */
const typedText = (s: string, type: Column['type']): string =>
  ({
    integer: `CASE WHEN regexp_full_match(${s}, ${INTEGER}) THEN TRY_CAST(regexp_replace(${s}, '\\.0*$', '') AS BIGINT) END`,
    number: `CASE WHEN regexp_full_match(${s}, ${NUMBER}) THEN TRY_CAST(${s} AS DOUBLE) + 0.0 END`,
    boolean: `CASE lower(${s}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`,
    string: s,
  })[type];

export const NOT_FINITE_REASON = 'is not a finite number: leave the field empty where there is no value';
export const REASONS = {
  integer: 'is not an integer (digits only, no blanks; leave the field empty where there is no value)',
  number: 'is not a number (a point for decimals, no blanks; leave the field empty where there is no value)',
  boolean: 'is not true, false, 1 or 0',
};

/** What the contract asks of a value that has the right type. */
export function contractChecks(value: string, typed: string, column: Column): ValueCheck[] {
  const checks: ValueCheck[] = [];
  if (!column.nullable)
    checks.push({
      code: 'null-not-allowed',
      when: `${value} IS NULL`,
      reason: 'is empty, but the column is not nullable',
    });
  if (
    (column.type === 'integer' || column.type === 'number') &&
    (column.min !== undefined || column.max !== undefined)
  ) {
    const below = column.min === undefined ? 'false' : `${typed} < ${double(column.min)}`;
    const above = column.max === undefined ? 'false' : `${typed} > ${double(column.max)}`;
    checks.push({
      code: 'out-of-range',
      when: `(${column.type === 'number' ? `isfinite(${typed}) AND ` : ''}(${below} OR ${above}))`,
      reason: `is out of range: the contract allows ${rangeOf(column)}`,
    });
  }
  if (column.type === 'string' && column.values)
    checks.push({
      code: 'not-allowed',
      when: `NOT list_contains(${texts(column.values)}, ${value})`,
      reason: `is not among the values that the contract allows (${shortList(column.values)})`,
      todo: meantOrNew(column.values),
    });
  return checks;
}

const meantOrNew = (values: readonly string[]) => (value: string) => {
  const meant = didYouMean(value, values);
  return `${meant === undefined ? 'if' : `did you mean ${meant}? If`} it is new, add it to \`values\` in model.yaml`;
};

const rangeOf = ({ min, max }: { min?: number | undefined; max?: number | undefined }): string =>
  min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `${min} to ${max}`;

const shortList = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
