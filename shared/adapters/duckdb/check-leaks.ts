import { type Contract, featureColumns } from '../../domain/definition/model-definition.ts';
import { isNumber, squarable } from './number-column.ts';
import type { ProblemList } from './problem-list.ts';
import type { Session } from './session.ts';
import { ident } from './sql.ts';

/** Fewer rows than this can agree by chance. */
const MIN_ROWS_FOR_COPY = 100;
const MIN_ROWS_FOR_THRESHOLD = 1000;
const MIN_ROWS_OF_A_CLASS = 20;

/**
 * A feature that alone tells the target without a single error is the answer in disguise: a model learns it, is perfect in every
 * test, and fails where the answer is not known yet. Only what is certain is refused. Over the view `typed`, its target checked.
 *
 * Binary and multiclass: each class has one value in all of its rows, and each another (from 100 rows), or, for numbers, thresholds lie
 * between the classes (from 1,000 rows, at least 20 of each class). Regression: a correlation of 1 (from 100 rows).
 */
export async function checkLeaks(session: Session, contract: Contract, problems: ProblemList): Promise<void> {
  for (const column of await leakingColumns(session, contract))
    problems.add({
      code: 'leaks-target',
      column,
      message: `column ${column} predicts ${contract.target}, the target, without an error in any row: is it known before the answer is? If not, take it out or give it "feature: false" in model.yaml`,
    });
}

/** @returns the features that tell the target. Over the view `typed`. */
export async function leakingColumns(session: Session, contract: Contract): Promise<readonly string[]> {
  const features = featureColumns(contract);
  if (features.length === 0) return [];
  const source =
    contract.task === 'regression'
      ? 'typed'
      : `(SELECT count(*) AS n, ${features.map(ofClass).join(', ')} FROM typed GROUP BY ${ident(contract.target)})`;
  const leaks = contract.task === 'regression' ? copiesNumber : tellsClass;
  const tests = features.map((name, i) => `coalesce(${leaks(contract, name, i)}, false) AS f${i}`);
  const [found] = await session.rows(`SELECT ${tests.join(', ')} FROM ${source}`);
  return features.filter((_, i) => found?.[`f${i}`] === true);
}

function copiesNumber(contract: Contract, name: string): string {
  if (!isNumber(contract, name)) return 'false';
  const [a, b] = [squarable(name), squarable(contract.target)];
  return `count(*) >= ${MIN_ROWS_FOR_COPY} AND count(${a}) = count(*) AND count(${b}) = count(*) AND
    stddev_pop(${a}) > 0 AND stddev_pop(${b}) > 0 AND abs(corr(${a}, ${b})) > 1 - 1e-12`;
}

/** Of one class: the feature's lowest and highest value, and in how many rows it has one. */
const ofClass = (name: string, i: number): string =>
  `min(${ident(name)}) AS low${i}, max(${ident(name)}) AS high${i}, count(${ident(name)}) AS n${i}`;

/** Over one row a class. */
function tellsClass(contract: Contract, name: string, i: number): string {
  const always = `sum(n${i}) = sum(n)`;
  const copy = `sum(n) >= ${MIN_ROWS_FOR_COPY} AND bool_and(low${i} = high${i}) AND count(DISTINCT low${i}) = count(*)`;
  if (!isNumber(contract, name)) return `${always} AND ${copy}`;
  // Sorted by where they begin, each class ends before the next one begins.
  const ends = `list(high${i} ORDER BY low${i}, high${i})`;
  const begins = `list(low${i} ORDER BY low${i}, high${i})`;
  const apart = `list_bool_and(list_transform(list_zip(${ends}[:-2], ${begins}[2:]), lambda pair: pair[1] < pair[2]))`;
  const enough = `sum(n) >= ${MIN_ROWS_FOR_THRESHOLD} AND min(n) >= ${MIN_ROWS_OF_A_CLASS}`;
  return `${always} AND ((${copy}) OR (${enough} AND ${apart}))`;
}
