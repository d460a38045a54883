import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { duckdbSampleEngine } from '../../shared/adapters/duckdb/index.ts';
import { withSession } from '../../shared/adapters/duckdb/session.ts';
import { contractOf } from '../../shared/domain/definition/model-definition.ts';
import { parseDefinition } from '../../shared/domain/definition/parse-definition.ts';
import { DraftError } from '../../shared/domain/draft/draft.ts';
import { draftDefinition } from '../../shared/use-cases/code/draft-definition.ts';

/** Tables of all kinds of columns: whatever `init` writes for one is a definition, and accepts that very table as an upload. */

type Cell = string | number | boolean | null;
interface Table {
  readonly columns: readonly { readonly name: string; readonly sql: string; readonly cells: readonly Cell[] }[];
  readonly target: string;
}

const HOSTILE = [
  '',
  '#',
  'a: b',
  '- c',
  '{',
  'null',
  '~',
  'yes',
  '0x1F',
  '1e3',
  ' x',
  '"',
  "'",
  '%',
  '007',
  'é',
  'two\nlines',
  '=1+1',
  '&a',
  '🙂',
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 12, unit: 'grapheme' }));
const words = fc
  .uniqueArray(text, { minLength: 1, maxLength: 4 })
  .chain((kinds) => fc.constant(fc.constantFrom(...kinds)));
const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 0.1),
);

/** How the cells of one column are drawn, and their type in Parquet. */
const kind: fc.Arbitrary<{ sql: string; cell: fc.Arbitrary<Cell> }> = fc.oneof(
  fc.record({ sql: fc.constant('DOUBLE'), cell: fc.constant(double) }),
  fc.record({ sql: fc.constant('BIGINT'), cell: fc.constantFrom(fc.maxSafeInteger(), fc.integer({ min: 0, max: 3 })) }),
  fc.record({ sql: fc.constant('BOOLEAN'), cell: fc.constant(fc.boolean()) }),
  fc.record({ sql: fc.constant('VARCHAR'), cell: fc.constantFrom(text, fc.constant('2024-01-02T03:04:05Z')) }),
  words.map((cell) => ({ sql: 'VARCHAR', cell })),
  double.map((x) => ({ sql: 'DOUBLE', cell: fc.constant(x) })),
);
const NAMES = ['a', 'Order', 'customer_id', 'select', 'y2', '_x', 'null', 'group'];

const table: fc.Arbitrary<Table> = fc.integer({ min: 2, max: 40 }).chain((rows) => {
  const column = (nulls: boolean) =>
    kind.chain(({ sql, cell }) =>
      fc.record({
        sql: fc.constant(sql),
        cells: fc.array(nulls ? fc.option(cell, { freq: 5 }) : cell, { minLength: rows, maxLength: rows }),
      }),
    );
  const features = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }).chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .boolean()
          .chain(column)
          .map((c) => ({ name, ...c })),
      ),
    ),
  );
  return fc
    .tuple(features, column(false))
    .map(([columns, target]) => ({ columns: [...columns, { name: 'target', ...target }], target: 'target' }));
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'draft-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const rowsOf = ({ columns }: Table) => (columns[0]?.cells ?? []).map((_, i) => columns.map((c) => c.cells[i] ?? null));

const csv = (t: Table): string => {
  const field = (cell: Cell) =>
    cell === null
      ? ''
      : typeof cell === 'string'
        ? `"${cell.replaceAll('"', '""')}"`
        : Object.is(cell, -0)
          ? '-0.0'
          : String(cell);
  return [t.columns.map((c) => c.name).join(','), ...rowsOf(t).map((row) => row.map(field).join(','))].join('\n');
};

const jsonLines = (t: Table): string =>
  rowsOf(t)
    .map((row) => JSON.stringify(Object.fromEntries(t.columns.map((c, i) => [c.name, row[i]]))))
    .join('\n');

const parquet = async (t: Table, path: string): Promise<void> => {
  const literal = (cell: Cell) =>
    cell === null ? 'NULL' : typeof cell === 'string' ? `'${cell.replaceAll("'", "''")}'` : `'${cell}'`;
  const columns = t.columns.map(
    (c) => `unnest([${c.cells.map((x) => `CAST(${literal(x)} AS ${c.sql})`).join(', ')}]) AS "${c.name}"`,
  );
  await withSession({ directory }, [path], (s) =>
    s.run(`COPY (SELECT ${columns.join(', ')}) TO '${path}' (FORMAT parquet, USE_TMP_FILE false)`),
  );
};

const written = async (t: Table, format: 'csv' | 'jsonl' | 'parquet'): Promise<{ path: string; name: string }> => {
  const name = `sample.${format}`;
  const path = join(directory, name);
  if (format === 'parquet') await parquet(t, path);
  else writeFileSync(path, format === 'csv' ? csv(t) : jsonLines(t));
  return { path, name };
};

it('what is written for a sample is a definition that accepts it', { timeout: 120_000 }, async () => {
  const engine = duckdbSampleEngine({ directory });
  let accepted = 0;
  const check = async (t: Table, format: 'csv' | 'jsonl' | 'parquet') => {
    const file = await written(t, format);
    const options = { name: 'sample', target: t.target, owner: 'me: #1' };
    const drafted = await draftDefinition(engine, file, options).catch((error: unknown) => {
      if (!(error instanceof DraftError)) throw error;
      expect(error.message).not.toContain('would be refused');
      return undefined;
    });
    if (!drafted) return;
    accepted += 1;
    const definition = parseDefinition(drafted.text, 'models/sample/model.yaml');
    expect(definition.operations?.owner).toBe('me: #1');
    const rows = t.columns[0]?.cells.length;
    expect(await engine.validate(file, contractOf(definition), join(directory, 'rows.parquet'))).toEqual({
      ok: true,
      rows,
    });
  };
  await fc.assert(fc.asyncProperty(table, fc.constantFrom('csv', 'jsonl', 'parquet'), check), { numRuns: 40 });
  // Most tables are not refused: there is something to learn in them.
  expect(accepted).toBeGreaterThan(10);
});
