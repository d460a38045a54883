import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../../shared/domain/hash.ts';
import { contractFor, SHOP, workbench } from './engine-fixture.ts';

const lines = (n: number) =>
  Array.from(
    { length: n },
    (_, i) => `{"order":${i + 1},"shop":"north","price":${i % 7 ? i / 4 : 'null'},"note":"n","bought":${i % 2 === 0}}`,
  ).join('\n');

/** The formula of split.ts once more, in another language. */
const place = (key: string) => Number.parseInt(sha256(key).slice(0, 13), 16) / 2 ** 52;
const side = (key: string) => (place(key) < 0.2 ? 'test' : place(key) < 0.2 + 0.1 ? 'validation' : 'train');

async function splitUpload(bench: ReturnType<typeof workbench>, content: string, contract = SHOP) {
  expect(await bench.validate('data.jsonl', content, contract)).toMatchObject({ ok: true });
  const counts = await bench.engine.split(bench.path('rows.parquet'), contract, bench.path('.'));
  const ids = async (file: string) => (await bench.read(file, '__id')).map((r) => String(r.__id));
  return {
    counts,
    train: await ids('train.parquet'),
    validation: await ids('validation.parquet'),
    test: await ids('test.parquet'),
  };
}

test('each row is on the side that its id says, in the order of the upload', async () => {
  using bench = workbench();
  const sides = await splitUpload(bench, lines(600).replaceAll('null', '1000'));
  const ids = Array.from({ length: 600 }, (_, i) => `[${i + 1},"north"]`);
  for (const s of ['train', 'validation', 'test'] as const)
    expect(sides[s]).toEqual(ids.filter((id) => side(id) === s));
  expect(sides.counts).toEqual({
    train: sides.train.length,
    validation: sides.validation.length,
    test: sides.test.length,
  });
});

test('frozen: these ids have been on these sides from the first version on', async () => {
  using bench = workbench();
  // If this fails, models have been trained on rows that others are tested on: change the formula back, not the test.
  expect(await splitUpload(bench, lines(12))).toMatchObject({
    train: [
      '[1,"north"]',
      '[2,"north"]',
      '[3,"north"]',
      '[4,"north"]',
      '[5,"north"]',
      '[8,"north"]',
      '[9,"north"]',
      '[10,"north"]',
      '[12,"north"]',
    ],
    validation: ['[7,"north"]'],
    test: ['[6,"north"]', '[11,"north"]'],
  });
});

test('test rows for the transform: the features alone, with nulls, integers as integers', async () => {
  using bench = workbench();
  const sides = await splitUpload(bench, lines(100));
  const written = readFileSync(bench.path('test.jsonl'), 'utf8').trimEnd().split('\n');
  expect(written.map((l) => JSON.parse(l).id)).toEqual(sides.test);
  const row = (id: string) => (JSON.parse(id) as [number])[0] - 1;
  for (const [i, line] of written.entries()) {
    const n = row(sides.test[i] ?? '');
    expect(JSON.parse(line).features).toEqual({ shop: 'north', price: n % 7 ? n / 4 : null, note: 'n', member: null });
  }
});

test('train and validation hold features, target and id; test holds every column', async () => {
  using bench = workbench();
  await splitUpload(bench, lines(100));
  const columns = async (file: string) => Object.keys((await bench.read(file))[0] ?? {});
  expect(await columns('train.parquet')).toEqual(['shop', 'price', 'note', 'member', 'bought', '__id']);
  expect(await columns('validation.parquet')).toEqual(['shop', 'price', 'note', 'member', 'bought', '__id']);
  expect(await columns('test.parquet')).toEqual(['order', 'shop', 'price', 'note', 'member', 'bought', '__id']);
});

test("a group's rows stay together; a row without a group goes by its own id", async () => {
  using bench = workbench();
  const contract = contractFor({
    target: 'y',
    id: 'n',
    split: { group: 'g' },
    columns: {
      n: { type: 'integer', feature: false },
      g: { type: 'string', nullable: true },
      y: { type: 'boolean' },
      x: { type: 'integer' },
    },
  });
  const rows = Array.from({ length: 300 }, (_, i) => ({ n: i, g: i % 3 ? `g${i % 30}` : null, y: i % 2 === 0, x: i }));
  const sides = await splitUpload(bench, rows.map((r) => JSON.stringify(r)).join('\n'), contract);
  const expected = (s: string) =>
    rows.filter((r) => side(r.g === null ? `[${r.n}]` : JSON.stringify(r.g)) === s).map((r) => `[${r.n}]`);
  for (const s of ['train', 'validation', 'test'] as const) expect(sides[s]).toEqual(expected(s));
});

test('splitting twice writes the same files over the old ones', async () => {
  using bench = workbench();
  await splitUpload(bench, lines(100));
  const files = ['train.parquet', 'validation.parquet', 'test.parquet', 'test.jsonl'];
  const bytes = () => files.map((f) => sha256(readFileSync(bench.path(f))));
  const first = bytes();
  for (const f of files) writeFileSync(bench.path(f), 'left by an attempt that was killed');
  await bench.engine.split(bench.path('rows.parquet'), SHOP, bench.path('.'));
  expect(bytes()).toEqual(first);
});
