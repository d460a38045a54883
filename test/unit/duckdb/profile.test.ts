import { describe, expect, test } from 'vitest';
import { type CategoricalProfile, hasBinPerValue, type NumericProfile } from '../../../shared/domain/data/profile.ts';
import { contractFor, workbench } from './engine-fixture.ts';

const CONTRACT = contractFor({
  target: 'y',
  columns: { x: { type: 'number', nullable: true }, s: { type: 'string', nullable: true }, y: { type: 'boolean' } },
});

async function profiled(select: string) {
  using bench = workbench();
  await bench.parquet('rows.parquet', select);
  const { rows, columns } = await bench.engine.profile(bench.path('rows.parquet'), CONTRACT);
  return {
    rows,
    x: columns.x as NumericProfile,
    s: columns.s as CategoricalProfile,
    y: columns.y as CategoricalProfile,
  };
}

/** Counts by the port's own words: edge[i] ≤ x < edge[i+1], the last bin its upper edge too. */
const countByHand = (values: readonly number[], edges: readonly number[]) =>
  edges.slice(0, -1).map((edge, i) => {
    const upper = edges[i + 1] ?? Number.NaN;
    const last = i === edges.length - 2;
    return values.filter((v) => v >= edge && (last ? v <= upper : v < upper)).length;
  });

describe('numbers', () => {
  test('few values: one bin a value', async () => {
    const { rows, x } = await profiled(
      `SELECT x::DOUBLE AS x, 'a' AS s, true AS y FROM unnest([3, 1, 1, NULL, 7, 3, 3]) AS t(x)`,
    );
    expect(rows).toBe(7);
    expect(x).toMatchObject({
      kind: 'numeric',
      nulls: 1,
      min: 1,
      max: 7,
      mean: 3,
      edges: [1, 3, 7, 11],
      counts: [2, 3, 1],
    });
    expect(x.stddev).toBeCloseTo(2, 12);
  });

  test('many values: bins of about equal frequency, whatever the shape', async () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.exp(((i * 7919) % 5000) / 500) - (i % 3));
    const list = values.map((v) => `('${v}'::DOUBLE)`).join(', ');
    const { x } = await profiled(`SELECT x, 'a' AS s, true AS y FROM (VALUES ${list}) AS t(x)`);
    expect(x.edges).toHaveLength(201);
    expect(x.edges.every((edge, i) => i === 0 || edge > (x.edges[i - 1] ?? Number.NaN))).toBe(true);
    expect([x.edges[0], x.edges.at(-1)]).toEqual([Math.min(...values), Math.max(...values)]);
    expect(x.counts).toEqual(countByHand(values, x.edges));
    expect(Math.min(...x.counts)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...x.counts)).toBeLessThanOrEqual(30);
  });

  test('a value that most rows have fills one bin, and the rest keep theirs', async () => {
    const values = [...Array.from({ length: 4000 }, () => 0), ...Array.from({ length: 1000 }, (_, i) => i + 1)];
    const { x } = await profiled(
      'SELECT greatest(0, i - 3999)::DOUBLE AS x, NULL::VARCHAR AS s, true AS y FROM range(5000) AS r(i)',
    );
    expect(x.counts).toEqual(countByHand(values, x.edges));
    expect(x.counts.reduce((a, b) => a + b, 0)).toBe(5000);
    expect(x.edges.length).toBeGreaterThan(30);
  });

  test('no values, one value, the largest values', async () => {
    const row = (x: string) => profiled(`SELECT ${x}::DOUBLE AS x, 'a' AS s, true AS y`);
    expect((await row('NULL')).x).toEqual({
      kind: 'numeric',
      nulls: 1,
      min: null,
      max: null,
      mean: null,
      stddev: null,
      edges: [],
      counts: [],
    });
    expect((await row('5')).x).toMatchObject({ edges: [5, 10], counts: [1], stddev: 0 });
    expect((await row('0')).x).toMatchObject({ edges: [0, 1], counts: [1] });
    const huge = (await profiled(`SELECT x::DOUBLE AS x, 'a' AS s, true AS y FROM unnest([1.7e308, 1.7e308]) AS t(x)`))
      .x;
    expect(huge).toMatchObject({ mean: null, stddev: null, max: 1.7e308 });
    expect(huge.counts).toEqual([2]);
    expect(huge.edges.every(Number.isFinite)).toBe(true);
  });
});

test('up to 200 values have bins of their own, and only these: the edges tell', async () => {
  const of = async (values: number) =>
    (await profiled(`SELECT (i % ${values}) / 7.0 AS x, 'a' AS s, true AS y FROM range(5000) AS r(i)`)).x;
  expect([hasBinPerValue(await of(1)), hasBinPerValue(await of(200)), hasBinPerValue(await of(201))]).toEqual([
    ...[true, true, false],
  ]);
  expect((await of(201)).edges.at(-1)).toBe((await of(201)).max);
});

describe('categories', () => {
  test('most frequent first, ties in the order of the text; booleans as text', async () => {
    const { s, y } = await profiled(
      `SELECT 1::DOUBLE AS x, s, s = 'b' AS y FROM unnest(['b', 'c', 'b', NULL, 'a', '__proto__']) AS t(s) WHERE true`,
    );
    expect(s).toMatchObject({ kind: 'categorical', nulls: 1, distinct: 4, other: 0 });
    expect(Object.entries(s.counts)).toEqual([
      ['b', 2],
      ['__proto__', 1],
      ['a', 1],
      ['c', 1],
    ]);
    expect(y.counts).toEqual({ false: 3, true: 2 });
  });

  test('a thousand values are counted, the others together', async () => {
    const { s } = await profiled(`SELECT 1::DOUBLE AS x, 'v' || (i % 1500) AS s, true AS y FROM range(2000) AS r(i)`);
    expect(Object.keys(s.counts)).toHaveLength(1000);
    expect(s).toMatchObject({ distinct: 1500, other: 500 });
  });
});

test('equal rows have equal profiles, to the last bit', async () => {
  const select = `SELECT random_x AS x, 'a' AS s, true AS y FROM (SELECT (hash(i) / 1e15)::DOUBLE AS random_x FROM range(200000) AS r(i))`;
  expect(await profiled(select)).toEqual(await profiled(select));
});
