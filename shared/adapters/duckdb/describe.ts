import {
  type CategoricalDescription,
  type ColumnDescription,
  type Description,
  MOST_VALUES,
  type NumericDescription,
} from '../../domain/data/description.ts';
import type { Column, Contract } from '../../domain/definition/model-definition.ts';
import { histogram } from './histogram.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { ident, texts } from './sql.ts';

/** See DataEngine.describe. One thread: equal rows shall be described equally. */
export const describe = (
  options: EngineOptions,
  paths: readonly string[],
  contract: Pick<Contract, 'columns'>,
): Promise<Description> =>
  withSession({ ...options, threads: 1 }, paths, async (session) => {
    await session.run(
      `CREATE VIEW described AS SELECT * FROM read_parquet(${texts(paths)}, union_by_name = true, hive_partitioning = false)`,
    );
    const [all] = await session.rows('SELECT count(*) AS n FROM described');
    const columns: [string, ColumnDescription][] = [];
    for (const [name, column] of Object.entries(contract.columns))
      columns.push([name, await describeColumn(session, name, column)]);
    return { rows: Number(all?.n), columns: Object.fromEntries(columns) };
  });

const describeColumn = (session: Session, name: string, { type }: Column): Promise<ColumnDescription> =>
  type === 'integer' || type === 'number'
    ? describeNumbers(session, `CAST(${ident(name)} AS DOUBLE)`, type === 'integer')
    : describeValues(session, `CAST(${ident(name)} AS VARCHAR)`);

/** Squares of the very largest doubles overflow, and so may their sum: such a column has no deviation, or mean, that a double holds. */
async function describeNumbers(session: Session, x: string, whole: boolean): Promise<NumericDescription> {
  const [all] = await session.rows(
    `SELECT count(*) - count(${x}) AS nulls, min(${x}) AS min, quantile_cont(${x}, 0.5) AS median, avg(${x}) AS mean, max(${x}) AS max,
       CASE WHEN max(abs(${x})) < 1e100 THEN stddev_pop(CASE WHEN abs(${x}) < 1e100 THEN ${x} END) END AS stddev FROM described`,
  );
  const number = (value: unknown) => (value === null || !Number.isFinite(Number(value)) ? null : Number(value));
  return {
    kind: 'numeric',
    nulls: Number(all?.nulls),
    min: number(all?.min),
    median: number(all?.median),
    mean: number(all?.mean),
    max: number(all?.max),
    stddev: number(all?.stddev),
    histogram: await histogram(session, x, 'described', whole),
  };
}

async function describeValues(session: Session, x: string): Promise<CategoricalDescription> {
  const [all] = await session.rows(
    `SELECT count(*) - count(${x}) AS nulls, count(${x}) AS n, count(DISTINCT ${x}) AS d FROM described`,
  );
  const found = await session.rows(
    `SELECT ${x} AS v, count(*) AS n FROM described WHERE ${x} IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${MOST_VALUES}`,
  );
  const top = found.map(({ v, n }) => ({ value: String(v), rows: Number(n) }));
  return {
    kind: 'categorical',
    nulls: Number(all?.nulls),
    distinct: Number(all?.d),
    top,
    other: Number(all?.n) - top.reduce((sum, { rows }) => sum + rows, 0),
  };
}
