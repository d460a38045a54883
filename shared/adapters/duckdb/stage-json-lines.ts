import type { Column, Contract } from '../../domain/definition/model-definition.ts';
import { BadFileError } from './bad-file.ts';
import { cut, MAX_EXAMPLES, type ProblemList } from './problem-list.ts';
import type { Session } from './session.ts';
import { ident, text, texts } from './sql.ts';

/** JSON has types of its own; these are the ones that each contract type takes. Digits in quotes are a text, not a number. */
export const JSON_TYPES: Readonly<Record<Column['type'], readonly string[]>> = {
  integer: ['BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE'],
  number: ['BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE'],
  boolean: ['BOOLEAN'],
  string: ['VARCHAR'],
};

/** One way in which a document can be wrong. */
interface DocumentCheck {
  readonly code: string;
  /** SQL: true for a wrong document. */
  readonly when: string;
  /** SQL: the member's name or value to show. */
  readonly shown: string;
  readonly column: (shown: string) => string | undefined;
  /** Ends the sentence "line 7 …". */
  readonly reason: (shown: string) => string;
}

/**
 * Makes the table `staged` of JSON Lines: one text column for each of the contract's, null where a member is absent or null.
 * @throws BadFileError when documents are broken, or have other members or types than the contract's columns
 */
export async function stageJsonLines(
  session: Session,
  path: string,
  contract: Contract,
  lineOf: (row: number) => number,
  problems: ProblemList,
): Promise<void> {
  await session.run(
    `CREATE TABLE documents AS SELECT json FROM read_ndjson_objects(${text(path)}, ignore_errors = true)`,
  );
  for (const check of documentChecks(contract)) {
    const found = await session.rows(
      `SELECT rowid AS row, ${check.shown} AS shown, count(*) OVER () AS n FROM documents
       WHERE ${check.when} ORDER BY rowid LIMIT ${MAX_EXAMPLES}`,
    );
    for (const [i, { row, shown, n }] of found.entries()) {
      const line = lineOf(Number(row));
      const value = cut(String(shown ?? ''));
      const column = check.column(value);
      problems.add(
        {
          code: check.code,
          line,
          message: `line ${line} ${check.reason(value)}`,
          ...(column ? { column } : {}),
          value,
        },
        i === 0 ? Number(n) - found.length + 1 : 1,
      );
    }
  }
  if (!problems.empty) throw new BadFileError(...problems.all());
  const columns = Object.keys(contract.columns).map((c) => `json_extract_string(json, ${member(c)}) AS ${ident(c)}`);
  await session.run(`CREATE TABLE staged AS SELECT ${columns.join(', ')} FROM documents`);
  await session.run('DROP TABLE documents');
}

export const member = (name: string): string => text(`$."${name}"`);

function documentChecks(contract: Contract): DocumentCheck[] {
  const wanted = texts(Object.keys(contract.columns));
  const unknown = `list_filter(json_keys(json), lambda k: NOT list_contains(${wanted}, k))`;
  const doubled = 'list_filter(json_keys(json), lambda k, i: list_position(json_keys(json), k) <> i)';
  const none = () => undefined;
  const named = (name: string) => name;
  return [
    {
      code: 'bad-json',
      when: 'json IS NULL',
      shown: "''",
      column: none,
      reason: () => 'is not a JSON document: write one object per line and nothing else on it',
    },
    {
      code: 'bad-json',
      when: "json_type(json) <> 'OBJECT'",
      shown: 'CAST(json AS VARCHAR)',
      column: none,
      reason: () => 'is not a JSON object: write {"column": value, …}',
    },
    {
      code: 'unknown-column',
      when: `len(${unknown}) > 0`,
      shown: `${unknown}[1]`,
      column: named,
      reason: (name) => `has "${name}", which is not in the contract: leave it out, or add it to model.yaml`,
    },
    {
      code: 'doubled-column',
      when: `len(${doubled}) > 0`,
      shown: `${doubled}[1]`,
      column: named,
      reason: (name) => `has "${name}" more than once: keep one of them`,
    },
    ...Object.entries(contract.columns).map(([name, { type }]) => ({
      code: 'wrong-type',
      when: `json_type(json, ${member(name)}) NOT IN (${[...JSON_TYPES[type], 'NULL'].map(text).join(', ')})`,
      shown: `CAST(json_extract(json, ${member(name)}) AS VARCHAR)`,
      column: () => name,
      reason: (value: string) => `, column ${name}: ${value} is not a JSON value for ${type}`,
    })),
  ];
}
