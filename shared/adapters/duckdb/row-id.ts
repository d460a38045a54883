import type { Contract } from '../../domain/definition/model-definition.ts';
import { ident, text } from './sql.ts';

/** The column that every prepared file carries. */
export const ROW_ID = '__id';

/**
 * A row's id, as SQL over typed columns. Frozen: splits and labels hang on it.
 * With id columns: their values as a JSON array, `[2013,1,1,"UA"]`. Without: the sha256 of the row as a JSON object whose members are
 * in the order of their names. Doubles are written the shortest way that reads back as the same double, and always with a point or an
 * exponent: `1.0`.
 */
export function rowId(contract: Pick<Contract, 'id' | 'columns'>): string {
  if (contract.id.length > 0)
    return `'[' || ${contract.id.map((c) => `CAST(to_json(${ident(c)}) AS VARCHAR)`).join(" || ',' || ")} || ']'`;
  const members = Object.keys(contract.columns)
    .sort()
    .map((c) => `${text(`"${c}":`)} || coalesce(CAST(to_json(${ident(c)}) AS VARCHAR), 'null')`);
  return `sha256('{' || ${members.join(" || ',' || ")} || '}')`;
}
