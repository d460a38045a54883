import { describe, expect, test } from 'vitest';
import type { CategoricalDescription, NumericDescription } from '../../../shared/domain/data/description.ts';
import { contractFor, workbench } from './engine-fixture.ts';

const CONTRACT = contractFor({
  target: 'y',
  columns: {
    x: { type: 'number', nullable: true },
    n: { type: 'integer', nullable: true },
    s: { type: 'string', nullable: true },
    y: { type: 'boolean' },
  },
});

async function described(select: string) {
  using bench = workbench();
  await bench.parquet('rows.parquet', select);
  const { rows, columns } = await bench.engine.describe([bench.path('rows.parquet')], CONTRACT);
  const { x, n, s, y } = columns;
  return {
    rows,
    ...{ x: x as NumericDescription, n: n as NumericDescription },
    ...{ s: s as CategoricalDescription, y: y as CategoricalDescription },
  };
}

/** Rows of one number each; `n` is rounded. */
const numbers = (values: readonly (number | null)[]) =>
  described(
    `SELECT x::DOUBLE AS x, round(x)::BIGINT AS n, 'a' AS s, true AS y FROM unnest([${values.map((v) => v ?? 'NULL').join(', ')}]) AS t(x)`,
  );
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** By the port's own words: edge[i] ≤ x < edge[i+1], the last bar its upper edge too. */
const countByHand = (values: readonly number[], edges: readonly number[]) =>
  edges.slice(0, -1).map((edge, i) => {
    const upper = edges[i + 1] ?? Number.NaN;
    return values.filter((v) => v >= edge && (i === edges.length - 2 ? v <= upper : v < upper)).length;
  });

describe('numbers', () => {
  test('bars of equal width over the bulk; what lies outside is counted', async () => {
    const values = range(2000).map((i) => Math.sin(i) * 100);
    const { x, rows } = await numbers([...values, 1e6, -1e6, null]);
    const { edges, counts, below, above } = x.histogram;
    expect([rows, x.nulls, x.min, x.max]).toEqual([2003, 1, -1e6, 1e6]);
    expect(counts).toHaveLength(24);
    const widths = edges.slice(1).map((edge, i) => edge - (edges[i] ?? 0));
    for (const width of widths) expect(width).toBeCloseTo(widths[0] ?? 0, 6);
    const all = [...values, 1e6, -1e6];
    expect(counts).toEqual(countByHand(all, edges));
    expect(below).toBe(all.filter((v) => v < (edges[0] ?? 0)).length);
    expect(above).toBe(all.filter((v) => v > (edges.at(-1) ?? 0)).length);
    expect(below + above).toBeLessThanOrEqual(42);
  });

  test('whole numbers: a bar each where they are few, else bars that hold equally many', async () => {
    const months = await numbers([3, 1, 1, 12]);
    expect(months.n.histogram.edges).toEqual(range(13).map((i) => i + 1));
    expect(months.n.histogram.counts).toEqual([2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const many = await numbers(range(1000));
    const { edges, counts } = many.n.histogram;
    expect(edges.every(Number.isInteger)).toBe(true);
    expect(new Set(counts.slice(0, -1)).size).toBe(1);
    expect(counts).toEqual(countByHand(range(1000), edges));
  });

  test('mostly one value: the rest is drawn nevertheless', async () => {
    const { x } = await numbers([...new Array<number>(500).fill(0), 1, 2]);
    expect(x.histogram.counts.reduce((a, b) => a + b)).toBe(502);
    expect(x.histogram.edges.at(-1)).toBeCloseTo(2, 12);
  });

  test('one value only, none at all, and the very largest doubles', async () => {
    const one = await numbers([7, 7]);
    expect(one.x).toMatchObject({ min: 7, median: 7, mean: 7, max: 7, stddev: 0 });
    expect(one.x.histogram).toEqual({ edges: [7, 7], counts: [2], below: 0, above: 0 });
    const none = await numbers([null, null]);
    expect(none.x).toMatchObject({ nulls: 2, min: null, median: null, mean: null, max: null, stddev: null });
    expect(none.x.histogram).toEqual({ edges: [], counts: [], below: 0, above: 0 });
    const huge = await described(
      `SELECT x, 1 AS n, 'a' AS s, true AS y FROM (VALUES (-1.7e308::DOUBLE), (1.7e308::DOUBLE)) AS t(x)`,
    );
    expect(huge.x).toMatchObject({ min: -1.7e308, max: 1.7e308, stddev: null });
    expect(huge.x.histogram.counts).toEqual([]);
  });
});

describe('texts and booleans', () => {
  test('the most frequent values, at most twelve, and how many rows have another', async () => {
    const { s } = await described(
      `SELECT 1.0 AS x, 1 AS n, CASE WHEN i >= 100 THEN NULL ELSE 'v''' || (i % 20) END AS s, true AS y FROM range(103) AS t(i)`,
    );
    expect([s.nulls, s.distinct, s.other]).toEqual([3, 20, 40]);
    expect(s.top).toHaveLength(12);
    expect(s.top[0]).toEqual({ value: "v'0", rows: 5 });
  });

  test('booleans are true and false', async () => {
    const { y } = await described(`SELECT 1.0 AS x, 1 AS n, 'a' AS s, i < 2 AS y FROM range(5) AS t(i)`);
    expect(y.top).toEqual([
      { value: 'false', rows: 3 },
      { value: 'true', rows: 2 },
    ]);
  });
});
