import type { Contract } from '../../domain/definition/model-definition.ts';
import { cut, MAX_EXAMPLES, type ProblemList } from './problem-list.ts';
import { ROW_ID } from './row-id.ts';
import type { Session } from './session.ts';
import { ident } from './sql.ts';
import type { Staged } from './staged.ts';

/** Holds each value to its column. */
export async function checkValues(session: Session, staged: Staged, problems: ProblemList): Promise<void> {
  const checks = staged.plans.flatMap((plan) => plan.checks.map((check) => ({ plan, check })));
  if (checks.length === 0) return;
  const counts = checks.map(({ check }, i) => `count_if(${check.when}) AS c${i}`);
  const [found] = await session.rows(`SELECT ${counts.join(', ')} FROM staged`);
  for (const [i, { plan, check }] of checks.entries()) {
    const rows = Number(found?.[`c${i}`]);
    if (rows === 0) continue;
    const examples = await session.rows(
      `SELECT rowid AS row, ${plan.raw} AS value FROM staged WHERE ${check.when} ORDER BY rowid LIMIT ${MAX_EXAMPLES}`,
    );
    for (const [j, example] of examples.entries()) {
      const { line, words } = staged.place(Number(example.row));
      const value = example.value === null ? undefined : cut(String(example.value));
      problems.add(
        {
          code: check.code,
          message: `${words}, column ${plan.name}: ${value === undefined ? 'the value' : `"${value}"`} ${check.reason}${value !== undefined && check.todo ? `: ${check.todo(value)}` : ''}`,
          column: plan.name,
          ...(line === undefined ? {} : { line }),
          ...(value === undefined ? {} : { value }),
        },
        j === 0 ? rows - examples.length + 1 : 1,
      );
    }
  }
}

/** Two rows of one id: which of them is true? Over the view `typed`. */
export async function checkIds(session: Session, staged: Staged, contract: Contract, problems: ProblemList) {
  if (contract.id.length === 0) return;
  const doubled = `SELECT ${ROW_ID} AS id, count(*) AS n, min("__row", 2) AS two FROM typed
    WHERE ${ROW_ID} IS NOT NULL GROUP BY ${ROW_ID} HAVING count(*) > 1`;
  const found = await session.rows(
    `SELECT id, n, two, sum(n - 1) OVER () AS total FROM (${doubled}) ORDER BY two[1] LIMIT ${MAX_EXAMPLES}`,
  );
  for (const [i, { id, two, total }] of found.entries()) {
    const [first, second] = (two as unknown[]).map((row) => staged.place(Number(row)));
    problems.add(
      {
        code: 'duplicate-id',
        message: `${first?.words} and ${second?.words} have the same id (${contract.id.join(', ')}) ${cut(String(id))}: keep one of them`,
        value: cut(String(id)),
        ...(second?.line === undefined ? {} : { line: second.line }),
      },
      i === 0 ? Number(total) - found.length + 1 : 1,
    );
  }
}

/** What no model can learn from, or learns too easily. Over the view `typed`. */
export async function checkTarget(session: Session, contract: Contract, problems: ProblemList): Promise<void> {
  const { target, task } = contract;
  const column = ident(target);
  const [seen] = await session.rows(
    `SELECT count(${column}) AS n, count(DISTINCT ${column}) AS classes, CAST(min(${column}) AS VARCHAR) AS one FROM typed`,
  );
  if (Number(seen?.n) === 0)
    problems.add({
      code: 'no-target',
      column: target,
      message: `column ${target}, the target, has no value in any row`,
    });
  else if (task !== 'regression' && Number(seen?.classes) === 1)
    problems.add({
      code: 'one-class-target',
      column: target,
      message: `column ${target}, the target, is ${cut(String(seen?.one))} in every row: a file needs rows of ${task === 'binary' ? 'both' : 'at least two'} classes`,
    });
}
