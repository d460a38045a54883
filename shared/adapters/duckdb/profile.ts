import type { CategoricalProfile, ColumnProfile, NumericProfile, Profile } from '../../domain/data/profile.ts';
import type { Column, Contract, Task } from '../../domain/definition/model-definition.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { double, ident, texts } from './sql.ts';

const MAX_BINS = 200;
const MAX_VALUES = 1000;

/** See DataEngine.profile. One thread: a sum of doubles depends on its order, and equal rows shall have equal profiles. */
export const profile = (
  options: EngineOptions,
  rowsPath: string | readonly string[],
  contract: Pick<Contract, 'columns'>,
): Promise<Profile> => {
  const paths = typeof rowsPath === 'string' ? [rowsPath] : rowsPath;
  return withSession({ ...options, threads: 1 }, paths, async (session) => {
    const files = `read_parquet(${texts(paths)}, union_by_name = true, hive_partitioning = false)`;
    await session.run(`CREATE VIEW prepared AS SELECT * FROM ${files}`);
    const [all] = await session.rows('SELECT count(*) AS n FROM prepared');
    const columns: [string, ColumnProfile][] = [];
    for (const [name, column] of Object.entries(contract.columns))
      columns.push([name, await profileColumn(session, name, column)]);
    return { rows: Number(all?.n), columns: Object.fromEntries(columns) };
  });
};

/** See DataEngine.profilePredictions. */
export const profilePredictions = (
  options: EngineOptions,
  paths: readonly string[],
  task: Task,
): Promise<ColumnProfile> =>
  withSession({ ...options, threads: 1 }, paths, async (session) => {
    const lines = `read_ndjson_objects(${texts(paths)}, ignore_errors = true)`;
    await session.run(`CREATE TABLE prepared AS SELECT json->>'$.SageMakerOutput.prediction' AS p FROM ${lines}`);
    return task === 'multiclass' ? profileValues(session, 'p') : profileNumbers(session, 'CAST(p AS DOUBLE)');
  });

const profileColumn = (session: Session, name: string, column: Column): Promise<ColumnProfile> =>
  column.type === 'integer' || column.type === 'number'
    ? profileNumbers(session, `CAST(${ident(name)} AS DOUBLE)`)
    : profileValues(session, `CAST(${ident(name)} AS VARCHAR)`);

async function profileNumbers(session: Session, x: string): Promise<NumericProfile> {
  const [all] = await session.rows(
    `SELECT count(*) - count(${x}) AS nulls, min(${x}) AS min, max(${x}) AS max, avg(${x}) AS mean,
       stddev_pop(CASE WHEN abs(${x}) < 1e100 THEN ${x} END) AS stddev FROM prepared`,
  );
  const edges = await binEdges(session, x);
  // Squares of the very largest doubles overflow, and so may their sum: such a column has no deviation, or mean, that a double holds.
  const wide = Number(all?.min) <= -1e100 || Number(all?.max) >= 1e100;
  const number = (value: unknown) => (value === null || !Number.isFinite(Number(value)) ? null : Number(value));
  return {
    kind: 'numeric',
    nulls: Number(all?.nulls),
    min: number(all?.min),
    max: number(all?.max),
    mean: number(all?.mean),
    stddev: wide ? null : number(all?.stddev),
    edges,
    counts: await binCounts(session, x, edges),
  };
}

/**
 * Bins for comparing later rows with these. Up to 200 different values: one bin a value (months stay months). More: bins of about equal
 * frequency, since equal widths would put a skewed column into two or three of them, and no shift inside those would be seen.
 */
async function binEdges(session: Session, x: string): Promise<number[]> {
  const few = await session.rows(
    `SELECT DISTINCT ${x} AS v FROM prepared WHERE ${x} IS NOT NULL ORDER BY v LIMIT ${MAX_BINS + 1}`,
  );
  const values = few.map((row) => Number(row.v));
  if (values.length <= MAX_BINS) return values.length === 0 ? [] : [...values, upperEdge(values)];
  const shares = Array.from({ length: MAX_BINS + 1 }, (_, i) => String(i / MAX_BINS));
  const [found] = await session.rows(`SELECT quantile_disc(${x}, [${shares.join(', ')}]) AS q FROM prepared`);
  return [...new Set(((found?.q ?? []) as unknown[]).map(Number))];
}

/** Closes the last value's bin: as wide as the one before it. */
function upperEdge(values: readonly number[]): number {
  const last = values.at(-1) ?? 0;
  const edge = last + (last - (values.at(-2) ?? last - Math.max(1, Math.abs(last))));
  return Number.isFinite(edge) ? edge : Number.MAX_VALUE;
}

async function binCounts(session: Session, x: string, edges: readonly number[]): Promise<number[]> {
  if (edges.length === 0) return [];
  const bins = edges.slice(0, -1).map((edge, i) => `(${i}, ${double(edge)})`);
  const found = await session.rows(
    `SELECT bin, count(*) AS n FROM (SELECT ${x} AS x FROM prepared WHERE ${x} IS NOT NULL) AS p
     ASOF JOIN (VALUES ${bins.join(', ')}) AS b(bin, edge) ON p.x >= b.edge GROUP BY bin`,
  );
  const counts = new Map(found.map((row) => [Number(row.bin), Number(row.n)]));
  return bins.map((_, i) => counts.get(i) ?? 0);
}

async function profileValues(session: Session, x: string): Promise<CategoricalProfile> {
  const [all] = await session.rows(
    `SELECT count(*) - count(${x}) AS nulls, count(${x}) AS n, count(DISTINCT ${x}) AS d FROM prepared`,
  );
  const top = await session.rows(
    `SELECT ${x} AS v, count(*) AS n FROM prepared WHERE ${x} IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${MAX_VALUES}`,
  );
  const counts = Object.fromEntries(top.map((row) => [String(row.v), Number(row.n)]));
  const counted = top.reduce((sum, row) => sum + Number(row.n), 0);
  return {
    kind: 'categorical',
    nulls: Number(all?.nulls),
    distinct: Number(all?.d),
    counts,
    other: Number(all?.n) - counted,
  };
}
