import type { Contract } from '../../domain/definition/model-definition.ts';
import { ident } from './sql.ts';

export const isNumber = (contract: Contract, name: string): boolean =>
  ['integer', 'number'].includes(contract.columns[name]?.type ?? '');

/** For correlations: the sums of squares of larger numbers overflow, which DuckDB answers with an error, so these are left out. */
export const squarable = (name: string): string => `CASE WHEN abs(${ident(name)}) < 1e100 THEN ${ident(name)} END`;
