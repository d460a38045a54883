import type { Contract } from '../../domain/definition/model-definition.ts';
import type { Problem } from '../../domain/records.ts';
import { cut } from './problem-list.ts';

/** Holds a file's column names to the contract's. The order does not matter; names are compared letter by letter. */
export function columnProblems(found: readonly string[], contract: Contract, line?: number): readonly Problem[] {
  const wanted = Object.keys(contract.columns);
  const at = line === undefined ? {} : { line };
  const delimiter = otherDelimiter(found, wanted);
  if (delimiter) return [{ code: 'wrong-delimiter', ...at, message: wrongDelimiter(delimiter) }];
  const missing = wanted.filter((name) => !found.includes(name));
  const doubled = [...new Set(found.filter((name, i) => found.indexOf(name) !== i))];
  const unknown = [...new Set(found.filter((name) => !wanted.includes(name)))];
  return [
    ...missing.map((column) => ({
      code: 'missing-column',
      ...at,
      column,
      message: `column ${column} is missing: add it to the file${hint(column, unknown)}`,
    })),
    ...doubled.map((name) => ({
      code: 'doubled-column',
      ...at,
      column: cut(name),
      message: `column ${cut(name) || '(without a name)'} appears more than once: keep one of them`,
    })),
    ...unknown.map((name) => ({
      code: 'unknown-column',
      ...at,
      column: cut(name),
      message: `column ${cut(name) || '(without a name)'} is not in the contract: leave it out, or add it to model.yaml${hint(name, missing)}`,
    })),
  ];
}

const wrongDelimiter = (delimiter: string) =>
  `the header is separated by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`}: separate the columns with commas`;

const otherDelimiter = (found: readonly string[], wanted: readonly string[]): string | undefined =>
  found.length === 1 && wanted.length > 1 ? [';', '\t', '|'].find((d) => found[0]?.includes(d)) : undefined;

/** The same letters and digits in another dress (case, blanks, hyphens) are most likely the same column. */
function hint(name: string, others: readonly string[]): string {
  const bare = (s: string) => s.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const alike = others.find((other) => bare(other) === bare(name) && bare(name) !== '');
  return alike === undefined ? '' : ` (is it "${cut(alike)}"?)`;
}
