import { expect, test } from 'vitest';
import { brief, contractFor, workbench } from './engine-fixture.ts';

const BINARY = contractFor({
  target: 'y',
  columns: { x: { type: 'number', nullable: true }, s: { type: 'string' }, y: { type: 'boolean' } },
});
const REGRESSION = contractFor({
  task: 'regression',
  metric: 'rmse',
  target: 'y',
  columns: { x: { type: 'number' }, s: { type: 'string' }, y: { type: 'number' } },
});

const upload = (n: number, row: (i: number) => readonly unknown[]) =>
  ['x,s,y', ...Array.from({ length: n }, (_, i) => row(i).join(','))].join('\n');

test.each<[string, number, (i: number) => readonly unknown[], string[]]>([
  ['a text for each class', 100, (i) => [i, i % 3 ? 'no' : 'yes', i % 3 === 0], ['leaks-target s']],
  ['a number for each class', 100, (i) => [i % 3 ? 0 : 1, 's', i % 3 === 0], ['leaks-target x']],
  ['a threshold between the classes', 1000, (i) => [i, 's', i >= 300], ['leaks-target x']],
  ['a threshold, the other way round', 1000, (i) => [-i, 's', i >= 300], ['leaks-target x']],
])('%s', async (_, n, row, expected) => {
  using bench = workbench();
  expect(brief(await bench.problems('data.csv', upload(n, row), BINARY))).toEqual(expected);
});

test.each<[string, number, (i: number) => readonly unknown[]]>([
  ['too few rows to be sure of a copy', 99, (i) => [i, i % 3 ? 'no' : 'yes', i % 3 === 0]],
  ['too few rows to be sure of a threshold', 999, (i) => [i, 's', i >= 300]],
  ['one exception', 1000, (i) => [i, i % 3 || i === 900 ? 'no' : 'yes', i % 3 === 0]],
  ['a copy that is not always there', 1000, (i) => [i === 7 ? '' : i % 3 ? 0 : 1, 's', i % 3 === 0]],
  ['one value in all rows', 1000, (i) => [1, 's', i % 3 === 0]],
])('not a leak: %s', async (_, n, row) => {
  using bench = workbench();
  expect(await bench.validate('data.csv', upload(n, row), BINARY)).toEqual({ ok: true, rows: n });
});

const KINDS = ['a', 'b', 'c'];
const MULTICLASS = contractFor({
  task: 'multiclass',
  metric: 'logloss',
  target: 'y',
  columns: { x: { type: 'number' }, s: { type: 'string' }, y: { type: 'string', values: KINDS } },
});

test.each<[string, number, (i: number) => readonly unknown[], string[]]>([
  ['a text for each class', 100, (i) => [i, `code ${i % 3}`, KINDS[i % 3]], ['leaks-target s']],
  ['thresholds between the classes', 1000, (i) => [-i, 's', KINDS[Math.floor(i / 400)]], ['leaks-target x']],
])('multiclass: %s', async (_, n, row, expected) => {
  using bench = workbench();
  expect(brief(await bench.problems('data.csv', upload(n, row), MULTICLASS))).toEqual(expected);
});

test.each<[string, number, (i: number) => readonly unknown[]]>([
  ['two classes share a text', 100, (i) => [i, i % 3 ? 'other' : 'first', KINDS[i % 3]]],
  ['ranges that meet', 1000, (i) => [Math.min(i, 799), 's', KINDS[Math.floor(i / 400)]]],
  ['a class of few rows', 1000, (i) => [i, 's', KINDS[i < 19 ? 0 : i < 500 ? 1 : 2]]],
])('multiclass, not a leak: %s', async (_, n, row) => {
  using bench = workbench();
  expect(await bench.validate('data.csv', upload(n, row), MULTICLASS)).toEqual({ ok: true, rows: n });
});

test('multiclass: a file of one class is refused, and one of two of the three is not', async () => {
  using bench = workbench();
  const of = (classes: number) => upload(50, (i) => [i, 's', KINDS[i % classes]]);
  const [problem] = await bench.problems('data.csv', of(1), MULTICLASS);
  expect(problem?.code).toBe('one-class-target');
  expect(problem?.message).toContain('y, the target, is a in every row: a file needs rows of at least two classes');
  expect(await bench.validate('data.csv', of(2), MULTICLASS)).toEqual({ ok: true, rows: 50 });
  expect(brief(await bench.problems('data.csv', `${of(2)}\n1,s,d`, MULTICLASS))).toEqual(['not-allowed 52 y']);
});

test('regression: a feature that is the target in another unit', async () => {
  using bench = workbench();
  const content = upload(100, (i) => [32 + 1.8 * Math.sin(i), 's', Math.sin(i)]);
  expect(brief(await bench.problems('data.csv', content, REGRESSION))).toEqual(['leaks-target x']);
  const noisy = upload(100, (i) => [32 + 1.8 * Math.sin(i) + (i % 5) / 1000, 's', Math.sin(i)]);
  expect(await bench.validate('data.csv', noisy, REGRESSION)).toEqual({ ok: true, rows: 100 });
});

test('a column that is no feature may tell the target', async () => {
  using bench = workbench();
  const contract = contractFor({
    target: 'y',
    columns: { x: { type: 'number' }, s: { type: 'string', feature: false }, y: { type: 'boolean' } },
  });
  const content = upload(100, (i) => [i, i % 3 ? 'no' : 'yes', i % 3 === 0]);
  expect(await bench.validate('data.csv', content, contract)).toEqual({ ok: true, rows: 100 });
});

test('the largest numbers are no error', async () => {
  using bench = workbench();
  const content = upload(100, (i) => [i % 2 ? 1.7e308 : -1.7e308, 's', i % 3 ? 1e308 : -1e308]);
  expect(await bench.validate('data.csv', content, REGRESSION)).toEqual({ ok: true, rows: 100 });
});
