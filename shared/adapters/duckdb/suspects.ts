import { type Contract, featureColumns } from '../../domain/definition/model-definition.ts';
import type { Suspect } from '../../domain/draft/sample.ts';
import { leakingColumns } from './check-leaks.ts';
import { isNumber, squarable } from './number-column.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { ident, text } from './sql.ts';

/** Fewer rows agree by chance too often to say anything. */
const MIN_ROWS = 100;
/** A number is looked at in so many parts of equal frequency, each of at least so many rows. */
const MOST_PARTS = 20;
const MIN_ROWS_OF_PART = 20;
const NEARLY = 0.98;

/** See SampleEngine.suspects. Only what is nearly certain: a good feature is no suspect. */
export const suspects = (options: EngineOptions, rowsPath: string, contract: Contract): Promise<readonly Suspect[]> =>
  withSession(options, [rowsPath], async (session) => {
    await session.run(`CREATE VIEW typed AS SELECT * FROM read_parquet(${text(rowsPath)})`);
    const [count] = await session.rows('SELECT count(*) AS n FROM typed');
    const rows = Number(count?.n);
    if (rows < MIN_ROWS) return [];
    const found: Suspect[] = (await leakingColumns(session, contract)).map((column) => ({
      column,
      kind: 'copy',
      why: 'without an error in any row',
    }));
    for (const column of featureColumns(contract).filter((c) => !found.some((f) => f.column === c))) {
      const why =
        contract.task === 'regression'
          ? await correlates(session, contract, column)
          : await separates(session, contract, column, rows);
      if (why) found.push({ column, kind: 'near', why });
    }
    return found;
  });

async function correlates(session: Session, contract: Contract, column: string): Promise<string | undefined> {
  if (!isNumber(contract, column)) return undefined;
  const [a, b] = [squarable(column), squarable(contract.target)];
  const [found] = await session.rows(
    `SELECT CASE WHEN stddev_pop(${a}) > 0 AND stddev_pop(${b}) > 0 THEN corr(${a}, ${b}) END AS r FROM typed`,
  );
  const r = Math.abs(Number(found?.r ?? 0));
  return r >= 0.99 ? `correlation ${r.toFixed(4)}` : undefined;
}

/** Said by each value of the feature, or each part of its range, the most frequent class: how often is that right? */
async function separates(
  session: Session,
  contract: Contract,
  column: string,
  rows: number,
): Promise<string | undefined> {
  const [f, y] = [ident(column), ident(contract.target)];
  const parts = Math.min(MOST_PARTS, Math.floor(rows / MIN_ROWS_OF_PART));
  const cell = isNumber(contract, column) ? `ntile(${parts}) OVER (ORDER BY ${f})` : f;
  const [found] = await session.rows(
    `WITH cells AS (SELECT ${cell} AS cell, ${y} AS class FROM typed),
       counts AS (SELECT cell, class, count(*) AS n FROM cells GROUP BY ALL)
     SELECT (SELECT sum(most) FROM (SELECT max(n) AS most FROM counts GROUP BY cell)) AS right_,
       (SELECT count(DISTINCT cell) FROM cells) AS cells,
       (SELECT max(n) FROM (SELECT sum(n) AS n FROM counts GROUP BY class)) AS commonest`,
  );
  const share = Number(found?.right_) / rows;
  const few = Number(found?.cells) * MIN_ROWS_OF_PART <= rows;
  const gains = share - Number(found?.commonest) / rows > 0.05;
  return few && gains && share >= NEARLY ? `alone right in ${(100 * share).toFixed(1)}% of the rows` : undefined;
}
