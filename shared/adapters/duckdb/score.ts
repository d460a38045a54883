import type { Groups } from '../../domain/build/comparison.ts';
import type { Scores } from '../../domain/build/metrics.ts';
import { type Contract, metricsOfTask } from '../../domain/definition/model-definition.ts';
import { PredictionsError, type ScoredRows } from '../../ports/data-engine.ts';
import { type AnswerReading, answerReading } from './answers.ts';
import { cut } from './problem-list.ts';
import { ROW_ID } from './row-id.ts';
import { METRICS_SQL } from './score-sql.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { keyOf } from './split.ts';
import { ident, text, texts } from './sql.ts';

/** See DataEngine.score. One thread: sums of doubles depend on their order, and equal inputs shall have equal scores. */
export const score = (
  options: EngineOptions,
  test: readonly string[],
  predictions: readonly string[],
  contract: Contract,
): Promise<ScoredRows> =>
  withSession({ ...options, threads: 1 }, [...test, ...predictions], async (session) => {
    await loadScored(session, test, predictions, contract);
    const [found] = await session.rows(METRICS_SQL[contract.task]);
    const scores = metricsOfTask(contract.task).flatMap((metric) => {
      const value = found?.[metric];
      return value === null || value === undefined || !Number.isFinite(Number(value)) ? [] : [[metric, Number(value)]];
    });
    const [y, p] = await session.doubles('SELECT y, p FROM scored');
    if (!y || !p) throw new Error('the table of scored rows has no columns');
    const [t] = contract.task === 'multiclass' ? await session.doubles('SELECT t FROM scored') : [];
    const groups = await groupsOf(session, contract);
    return {
      ...{ scores: Object.fromEntries(scores) as Scores, rows: y.length, labels: y, predictions: p },
      ...(t && { ofTruth: t }),
      ...(groups && { groups }),
    };
  });

async function groupsOf(session: Session, { split }: Contract): Promise<Groups | undefined> {
  if (split.group === undefined) return undefined;
  const [found = new Float64Array()] = await session.doubles('SELECT g FROM scored');
  return { by: split.group, count: found.reduce((n, g) => Math.max(n, g + 1), 0), ofRow: Uint32Array.from(found) };
}

/**
 * Leaves a table `scored`: for each test row a label y, a prediction p and, of a multiclass task, the probability t of the row's own class;
 * with `split.group` the number g of its group, 0, 1, ….
 *
 * @throws PredictionsError
 */
export async function loadScored(
  session: Session,
  test: readonly string[],
  predictions: readonly string[],
  contract: Contract,
): Promise<void> {
  const reading = answerReading(contract);
  await loadRows(session, test, contract, reading);
  await loadPredictions(session, predictions, reading);
  await expectOneEach(session, reading);
  await session.run(
    `CREATE TABLE scored AS SELECT y, p, ${reading.ofTruth} AS t, ${contract.split.group === undefined ? 'NULL' : NUMBER_OF_GROUP} AS g
     FROM test_rows JOIN predictions USING (id, nth) ORDER BY id, nth`,
  );
}

const NUMBER_OF_GROUP = 'CAST(dense_rank() OVER (ORDER BY key) - 1 AS DOUBLE)';

/**
 * An id can be there more than once, in two parts or where rows have no id but their content. Its nth row then belongs to its nth
 * prediction, in the order of the files and lines.
 */
const NTH = 'row_number() OVER (PARTITION BY id ORDER BY place) AS nth';

async function loadRows(
  session: Session,
  files: readonly string[],
  contract: Contract,
  { label }: AnswerReading,
): Promise<void> {
  const key = contract.split.group === undefined ? 'NULL' : keyOf(contract);
  const rows = files.map(
    (file, i) => `SELECT ${ident(ROW_ID)} AS id, ${label} AS y, ${key} AS key, (${i}, file_row_number) AS place
      FROM read_parquet(${text(file)}, file_row_number = true, hive_partitioning = false)`,
  );
  if (rows.length === 0) throw new PredictionsError('there are no test rows to score: no test file was given');
  await session.run(`CREATE TABLE test_rows AS SELECT id, y, key, ${NTH} FROM (${rows.join(' UNION ALL ')})`);
}

async function loadPredictions(session: Session, files: readonly string[], reading: AnswerReading): Promise<void> {
  if (files.length === 0) throw new PredictionsError('there are no predictions: no file was given');
  const lines = `SELECT json, row_number() OVER () AS place FROM read_ndjson_objects(${texts(files)}, ignore_errors = true)`;
  await session.run(`CREATE TABLE lines AS ${lines}`);
  const [broken] = await session.rows(
    `SELECT count(*) AS n, min(place) AS place FROM lines WHERE json IS NULL OR json_type(json, '$.id') IS DISTINCT FROM 'VARCHAR'`,
  );
  if (Number(broken?.n) > 0)
    throw new PredictionsError(
      `${broken?.n} lines of predictions are not {"id": …, "SageMakerOutput": …} (the first is line ${broken?.place}): is the transform's JoinSource Input and its OutputFilter $['id','SageMakerOutput']?`,
    );
  const { raw, prediction, probabilities } = reading;
  await session.run(
    `CREATE TABLE predictions AS SELECT id, raw, p, probabilities, ${NTH} FROM (SELECT json->>'$.id' AS id, place,
       ${raw} AS raw, ${prediction} AS p, ${probabilities} AS probabilities FROM lines)`,
  );
}

async function expectOneEach(session: Session, { fits, wanted }: AnswerReading): Promise<void> {
  const [bad] = await session.rows(
    `SELECT id, raw, count(*) OVER () AS n FROM predictions WHERE p IS NULL OR NOT coalesce(${fits}, false) ORDER BY id, nth LIMIT 1`,
  );
  if (bad)
    throw new PredictionsError(
      `${bad.n} predictions are not ${wanted}; the first is ${cut(String(bad.raw ?? 'missing'))} for the row ${bad.id}`,
    );
  const [odd] = await session.rows(
    `SELECT coalesce(t.id, q.id) AS id, t.id IS NULL AS unknown, q.id IS NULL AS missing, count(*) OVER () AS n
     FROM test_rows t FULL JOIN predictions q USING (id, nth)
     WHERE t.id IS NULL OR q.id IS NULL ORDER BY 1 LIMIT 1`,
  );
  if (!odd) return;
  const what = odd.missing ? 'has no prediction' : 'has a prediction too many, or is not a test row';
  throw new PredictionsError(
    `${odd.n} ids do not match between test rows and predictions; the first, ${odd.id}, ${what}`,
  );
}
