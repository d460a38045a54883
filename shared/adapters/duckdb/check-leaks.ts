import { type Contract, featureColumns } from '../../domain/model-definition.ts';
import type { ProblemList } from './problem-list.ts';
import type { Session } from './session.ts';
import { ident } from './sql.ts';

/** Fewer rows than this can agree by chance. */
const MIN_ROWS_FOR_COPY = 100;
const MIN_ROWS_FOR_THRESHOLD = 1000;

/**
 * A feature that alone tells the target without a single error is the answer in disguise: a model learns it, is perfect in every
 * test, and fails where the answer is not known yet. Only what is certain is refused. Over the view `typed`, its target checked.
 *
 * Binary: one value in all rows of a class and another in all of the other (from 100 rows), or, for numbers, a threshold between the
 * classes (from 1,000 rows, at least 20 of each class). Regression: a correlation of 1 (from 100 rows).
 */
export async function checkLeaks(session: Session, contract: Contract, problems: ProblemList): Promise<void> {
  const features = featureColumns(contract);
  const tests = features.map((name, i) => `coalesce(${leaks(contract, name)}, false) AS f${i}`);
  const [found] = await session.rows(`SELECT ${tests.join(', ')} FROM typed`);
  for (const [i, column] of features.entries())
    if (found?.[`f${i}`] === true)
      problems.add({
        code: 'leaks-target',
        column,
        message: `column ${column} tells ${contract.target}, the target, without an error in any row: is it known before the answer is? If not, take it out or give it "feature: false" in model.yaml`,
      });
}

function leaks(contract: Contract, name: string): string {
  const y = ident(contract.target);
  const f = ident(name);
  const numeric = ['integer', 'number'].includes(contract.columns[name]?.type ?? '');
  const atLeast = (rows: number) => `count(${f}) = count(*) AND count(*) >= ${rows}`;
  if (contract.task === 'regression') {
    if (!numeric) return 'false';
    // The sums of squares of larger numbers overflow, which DuckDB answers with an error.
    const [a, b] = [f, y].map((column) => `CASE WHEN abs(${column}) < 1e100 THEN ${column} END`);
    return `${atLeast(MIN_ROWS_FOR_COPY)} AND count(${a}) = count(*) AND count(${b}) = count(*) AND
      stddev_pop(${a}) > 0 AND stddev_pop(${b}) > 0 AND abs(corr(${a}, ${b})) > 1 - 1e-12`;
  }
  const [low, high] = [`FILTER (NOT ${y})`, `FILTER (${y})`];
  const copy = `${atLeast(MIN_ROWS_FOR_COPY)} AND min(${f}) ${low} = max(${f}) ${low} AND min(${f}) ${high} = max(${f}) ${high}
    AND min(${f}) ${low} <> min(${f}) ${high}`;
  if (!numeric) return copy;
  const apart = `(max(${f}) ${low} < min(${f}) ${high} OR max(${f}) ${high} < min(${f}) ${low})`;
  const enough = `count(*) ${low} >= 20 AND count(*) ${high} >= 20`;
  return `(${copy}) OR (${atLeast(MIN_ROWS_FOR_THRESHOLD)} AND ${enough} AND ${apart})`;
}
