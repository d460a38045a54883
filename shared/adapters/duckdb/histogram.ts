import type { Histogram } from '../../domain/data/description.ts';
import type { Session } from './session.ts';
import { double } from './sql.ts';

const BARS = 24;
/** So many whole numbers in a row get a bar each. */
const MOST_WHOLE_NUMBERS = 32;

/**
 * Bars over the bulk of an expression's values: all of them where whole numbers are few, else from the 1st to the 99th percentile.
 * @param x a double @param from a table
 */
export async function histogram(session: Session, x: string, from: string, whole: boolean): Promise<Histogram> {
  const edges = edgesOf(await rangeOf(session, x, from), whole);
  const [low, high] = [edges[0], edges.at(-1)];
  if (low === undefined || high === undefined) return { edges: [], counts: [], below: 0, above: 0 };
  const bars = edges.slice(0, -1).map((edge, i) => `(${i}, ${double(edge)})`);
  const inside = `${x} >= ${double(low)} AND ${x} <= ${double(high)}`;
  const found = await session.rows(
    `SELECT bar, count(*) AS n FROM (SELECT ${x} AS x FROM ${from} WHERE ${inside}) AS v
     ASOF JOIN (VALUES ${bars.join(', ')}) AS b(bar, edge) ON v.x >= b.edge GROUP BY bar`,
  );
  const counts = new Map(found.map(({ bar, n }) => [Number(bar), Number(n)]));
  const [outside] = await session.rows(
    `SELECT count(*) FILTER (${x} < ${double(low)}) AS below, count(*) FILTER (${x} > ${double(high)}) AS above FROM ${from}`,
  );
  return {
    edges,
    counts: bars.map((_, i) => counts.get(i) ?? 0),
    below: Number(outside?.below),
    above: Number(outside?.above),
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** 1st and 99th percentile. */
  readonly low: number;
  readonly high: number;
}

async function rangeOf(session: Session, x: string, from: string): Promise<Range | undefined> {
  const [found] = await session.rows(
    `SELECT min(${x}) AS min, max(${x}) AS max, quantile_disc(${x}, 0.01) AS low, quantile_disc(${x}, 0.99) AS high FROM ${from}`,
  );
  if (!found || found.min === null) return undefined;
  const range = { min: Number(found.min), max: Number(found.max), low: Number(found.low), high: Number(found.high) };
  // Between the very largest doubles there are no bars.
  return Number.isFinite(range.max - range.min) ? range : undefined;
}

function edgesOf(range: Range | undefined, whole: boolean): number[] {
  if (!range) return [];
  const { min, max } = range;
  if (min === max) return [min, min];
  if (whole && max - min < MOST_WHOLE_NUMBERS) return equal(min, 1, max - min + 1);
  const [low, high] = range.low < range.high ? [range.low, range.high] : [min, max];
  if (!whole) return equal(low, (high - low) / BARS, BARS);
  // Bars that hold more whole numbers than their neighbours would show teeth that are not in the data.
  const width = Math.ceil((high - low + 1) / BARS);
  return equal(low, width, Math.ceil((high - low + 1) / width));
}

const equal = (from: number, width: number, bars: number): number[] => [
  ...new Set(Array.from({ length: bars + 1 }, (_, i) => from + i * width)),
];
