import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { contractFor, workbench } from '../unit/duckdb/engine-fixture.ts';

vi.setConfig({ testTimeout: 180_000 });

const CONTRACT = contractFor({
  target: 'y',
  id: ['n', 't'],
  columns: {
    n: { type: 'integer' },
    t: { type: 'string' },
    x: { type: 'number', nullable: true },
    s: { type: 'string', nullable: true },
    b: { type: 'boolean', nullable: true },
    y: { type: 'boolean' },
  },
});
const COLUMNS = Object.keys(CONTRACT.columns);

/** Any text that a file can hold: no NUL, no half of a surrogate pair; an empty CSV field is a null. */
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((s) => !s.includes('\0'));
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const row = fc.record({
  n: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  t: anyText,
  x: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  s: nullable(anyText),
  b: nullable(fc.boolean()),
  y: fc.boolean(),
});
type Row = Record<string, unknown>;
const upload = fc
  .uniqueArray(row, { minLength: 2, maxLength: 12, selector: (r) => JSON.stringify([r.n, r.t]) })
  .map((rows) => rows.map((r, i): Row => (i < 2 ? { ...r, y: i === 0 } : r)));
const columnOrder = fc.shuffledSubarray(COLUMNS, { minLength: COLUMNS.length });

const field = (value: unknown) =>
  value === null ? '' : typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
const asCsv = (rows: readonly Row[], columns: readonly string[], end: string) =>
  [columns.join(','), ...rows.map((r) => columns.map((c) => field(r[c])).join(','))].join(end) + end;
const asJsonLines = (rows: readonly Row[], columns: readonly string[]) =>
  rows.map((r) => JSON.stringify(Object.fromEntries(columns.map((c) => [c, r[c]])))).join('\n');

/** DuckDB's reader gives 64-bit integers as text; -0 is 0. */
const expected = (r: Row) => ({ ...r, n: String(r.n), x: r.x === null ? null : (r.x as number) + 0 });

test('whatever validates comes out as it went in, from CSV and from JSON Lines', async () => {
  await fc.assert(
    fc.asyncProperty(upload, columnOrder, fc.constantFrom('\n', '\r\n'), async (rows, columns, end) => {
      using bench = workbench();
      for (const [name, content] of [
        ['data.csv', asCsv(rows, columns, end)],
        ['data.csv.gz', asCsv(rows, columns, end)],
        ['data.jsonl', asJsonLines(rows, columns)],
      ] as const) {
        expect(await bench.validate(name, content, CONTRACT)).toEqual({ ok: true, rows: rows.length });
        expect(await bench.read('rows.parquet', COLUMNS.join(', '))).toEqual(rows.map(expected));
      }
    }),
    { numRuns: 20 },
  );
});

test('the order of rows and columns changes neither the rows nor the side that each is on', async () => {
  await fc.assert(
    fc.asyncProperty(
      upload.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
      columnOrder,
      async ([rows, shuffled], columns) => {
        using bench = workbench();
        const sides = async (name: string, content: string) => {
          expect(await bench.validate(name, content, CONTRACT)).toMatchObject({ ok: true });
          await bench.engine.split(bench.path('rows.parquet'), CONTRACT, bench.path('.'));
          const ids = async (file: string) => (await bench.read(file, '__id')).map((r) => String(r.__id)).sort();
          return [await ids('train.parquet'), await ids('validation.parquet'), await ids('test.parquet')];
        };
        const first = await sides('data.csv', asCsv(rows, COLUMNS, '\n'));
        expect(await sides('data.jsonl', asJsonLines(shuffled, columns))).toEqual(first);
        expect(first.flat()).toHaveLength(rows.length);
      },
    ),
    { numRuns: 12 },
  );
});

test('whatever bytes are uploaded, the answer is an outcome', async () => {
  const name = fc.constantFrom('data.csv', 'data.csv.gz', 'data.jsonl', 'data.parquet');
  const csvLike = fc
    .array(fc.constantFrom('n', 't', 'x', 's', 'b', 'y', ',', '"', '\n', '\r', '1', 'true', ' ', 'ü', '\uFEFF', '\0'), {
      maxLength: 60,
    })
    .map((parts) => Buffer.from(`n,t,x,s,b,y\n${parts.join('')}`));
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b)),
    csvLike,
  );
  await fc.assert(
    fc.asyncProperty(name, content, async (file, bytes) => {
      using bench = workbench();
      const outcome = await bench.validate(file, bytes, CONTRACT);
      if (outcome.ok) return;
      expect(outcome.problems.length).toBeGreaterThan(0);
      for (const { message } of outcome.problems) expect(message).not.toMatch(/duckdb|upload\.csv|Error:/i);
    }),
    { numRuns: 100 },
  );
});
