import type { Column } from '../../domain/definition/model-definition.ts';
import { type ColumnPlan, contractChecks, NOT_FINITE_REASON, REASONS, type ValueCheck } from './column-plan.ts';
import { ident } from './sql.ts';

/**
 * How a value is read that arrives with a type of its own (Parquet).
 * @returns `undefined` when no value of this type can become the contract's without loss
 */
export function planNative(name: string, column: Column, type: string): ColumnPlan | undefined {
  const reading = readings[column.type](ident(name), nativeKind(type));
  if (!reading) return undefined;
  return {
    name,
    raw: `CAST(${ident(name)} AS VARCHAR)`,
    typed: reading.typed,
    checks: [...reading.checks, ...contractChecks(ident(name), reading.typed, column)],
  };
}

type Reading = Pick<ColumnPlan, 'typed' | 'checks'>;

const readings: Readonly<Record<Column['type'], (c: string, kind: NativeKind) => Reading | undefined>> = {
  string: (c, kind) => (kind === 'text' ? { typed: c, checks: [] } : undefined),
  boolean: (c, kind) => {
    if (kind === 'boolean') return { typed: c, checks: [] };
    const typed = `CASE ${c} WHEN 0 THEN false WHEN 1 THEN true END`;
    const when = `${c} IS NOT NULL AND ${typed} IS NULL`;
    return kind === 'integer' ? { typed, checks: [{ code: 'wrong-type', when, reason: REASONS.boolean }] } : undefined;
  },
  integer: (c, kind) => {
    if (!isNumeric(kind)) return undefined;
    const whole = `${finite(c, kind)} AND ${c} = trunc(${c})`;
    const big = `${whole} AND TRY_CAST(${c} AS BIGINT) IS NULL`;
    return {
      typed: `CASE WHEN ${whole} THEN TRY_CAST(${c} AS BIGINT) END`,
      checks: [
        notFinite(c, kind),
        { code: 'wrong-type', when: `${finite(c, kind)} AND ${c} <> trunc(${c})`, reason: REASONS.integer },
        { code: 'out-of-range', when: big, reason: 'does not fit into 64 bits' },
      ],
    };
  },
  number: (c, kind) => {
    if (!isNumeric(kind)) return undefined;
    const typed = `(CASE WHEN ${finite(c, kind)} THEN CAST(${c} AS DOUBLE) END + 0.0)`;
    const lossy = {
      code: 'out-of-range',
      when: `CAST(CAST(${c} AS DOUBLE) AS HUGEINT) <> ${c}`,
      reason: 'has more digits than a double holds',
    };
    return { typed, checks: [kind === 'integer' ? lossy : notFinite(c, kind)] };
  },
};

const finite = (c: string, kind: NativeKind): string => (kind === 'float' ? `isfinite(${c})` : 'true');

const notFinite = (c: string, kind: NativeKind): ValueCheck => ({
  code: 'not-finite',
  when: `NOT ${finite(c, kind)}`,
  reason: NOT_FINITE_REASON,
});

const isNumeric = (kind: NativeKind): boolean => kind === 'integer' || kind === 'float' || kind === 'decimal';

type NativeKind = 'integer' | 'float' | 'decimal' | 'boolean' | 'text' | 'other';

function nativeKind(type: string): NativeKind {
  if (/^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$/.test(type)) return 'integer';
  if (type === 'DOUBLE' || type === 'FLOAT') return 'float';
  if (type.startsWith('DECIMAL')) return 'decimal';
  if (type === 'BOOLEAN') return 'boolean';
  return type === 'VARCHAR' ? 'text' : 'other';
}
