import { expect, test } from 'vitest';
import { contractFor, csv, GOOD_ROWS, HEADER, SHOP, workbench } from './engine-fixture.ts';

const ROWS = [
  { order: '1', shop: 'north', price: 9.5, note: 'hello', member: true, bought: true, __id: '[1,"north"]' },
  { order: '2', shop: 'south', price: null, note: 'a, "b"', member: null, bought: false, __id: '[2,"south"]' },
  { order: '3', shop: 'north', price: 100, note: '=1+1', member: false, bought: true, __id: '[3,"north"]' },
];
const JSON_LINES = [
  '{"order":1,"shop":"north","price":9.5,"note":"hello","member":true,"bought":true}',
  '{"bought":false,"shop":"south","order":2.0,"note":"a, \\"b\\"","price":null}',
  '{"order":3,"shop":"north","price":100,"note":"=1+1","member":false,"bought":true}',
].join('\n');

test.each([
  ['data.csv', csv(...GOOD_ROWS)],
  ['DATA.CSV', csv(...GOOD_ROWS)],
  ['data.csv.gz', csv(...GOOD_ROWS)],
  ['data.csv', `\uFEFF${csv(...GOOD_ROWS)}`],
  ['data.csv', csv(...GOOD_ROWS).replaceAll('\n', '\r\n')],
  ['data.csv', csv(...GOOD_ROWS).trimEnd()],
  ['data.csv', `\n${csv(...GOOD_ROWS).replaceAll('\n', '\n\r\n')}`],
  ['data.jsonl', JSON_LINES],
  ['data.jsonl.gz', `${JSON_LINES}\n\n`],
  ['data.ndjson', JSON_LINES.replaceAll('\n', '\r\n\n')],
])('the same rows come out of %s (%#)', async (name, content) => {
  using bench = workbench();
  expect(await bench.validate(name, content)).toEqual({ ok: true, rows: 3 });
  expect(await bench.read('rows.parquet')).toEqual(ROWS);
});

test('the same rows come out of Parquet, whatever numeric types it has', async () => {
  using bench = workbench();
  const file = await bench.parquet(
    'in.parquet',
    `SELECT * FROM (VALUES
       (true, 1::DOUBLE, 'north', 9.5::FLOAT, 'hello', 1::TINYINT),
       (false, 2, 'south', NULL, 'a, "b"', NULL),
       (true, 3, 'north', 100, '=1+1', 0)) AS t(bought, "order", shop, price, note, member)`,
  );
  expect(await bench.validate('data.parquet', file)).toEqual({ ok: true, rows: 3 });
  expect(await bench.read('rows.parquet')).toEqual(ROWS);
});

test('text is kept as it is: blanks, line ends, markup, formulas, emoji', async () => {
  using bench = workbench();
  const texts = [
    '  padded  ',
    'two\r\nlines',
    '<script>alert(1)</script>',
    '=1+1',
    '@x',
    "'; DROP TABLE staged; --",
    '🛫',
  ];
  const rows = texts.map((t, i) => `${i + 1},north,1,"${t}",,${i % 2}`);
  expect(await bench.validate('data.csv', csv(...rows))).toEqual({ ok: true, rows: texts.length });
  expect((await bench.read('rows.parquet', 'note')).map((r) => r.note)).toEqual(texts);
});

test('columns may stand in any order and be quoted', async () => {
  using bench = workbench();
  const content = '"bought",note,"member",shop,price,order\n1,,,north,,1\n0,,,north,,2\n';
  expect(await bench.validate('data.csv', content)).toEqual({ ok: true, rows: 2 });
  expect((await bench.read('rows.parquet', '__id')).map((r) => r.__id)).toEqual(['[1,"north"]', '[2,"north"]']);
});

test('a row without id columns is named by its content, and may be there twice', async () => {
  using bench = workbench();
  const contract = contractFor({ target: 'y', columns: { x: { type: 'number' }, y: { type: 'boolean' } } });
  expect(await bench.validate('data.csv', 'y,x\n1,-0\n0,2\n1,0.0\n', contract)).toEqual({ ok: true, rows: 3 });
  const ids = (await bench.read('rows.parquet', '__id')).map((r) => r.__id);
  // sha256 of {"x":0.0,"y":true}: frozen, splits hang on it.
  expect(ids[0]).toBe('5afd4e99436b93dff4a423dbe5869dfa07fcb21a8f4124aafa8ca4197a9a3b85');
  expect(ids[2]).toBe(ids[0]);
  expect(ids[1]).not.toBe(ids[0]);
});

test('equal uploads give equal bytes', async () => {
  using bench = workbench();
  const { readFileSync } = await import('node:fs');
  const rows = Array.from({ length: 5000 }, (_, i) => `${i + 1},north,${i / 7},n${i},,${i % 2}`);
  await bench.validate('data.csv', csv(...rows));
  const first = readFileSync(bench.path('rows.parquet'));
  await bench.validate('data.csv.gz', csv(...rows));
  expect(readFileSync(bench.path('rows.parquet')).equals(first)).toBe(true);
});

test('one column of text: an empty line is no row, an empty quoted field is', async () => {
  using bench = workbench();
  const contract = contractFor({
    task: 'regression',
    metric: 'rmse',
    target: 'y',
    columns: { y: { type: 'number' }, x: { type: 'string', nullable: true } },
  });
  expect(await bench.validate('data.csv', 'x,y\n\n"",1\n,2\n', contract)).toEqual({ ok: true, rows: 2 });
  expect((await bench.read('rows.parquet', 'x')).map((r) => r.x)).toEqual([null, null]);
  expect(HEADER.split(',')).toEqual(Object.keys(SHOP.columns));
});
