import type { Scores } from '../../domain/metrics.ts';
import { type Contract, metricsOfTask, type Task } from '../../domain/model-definition.ts';
import { PredictionsError, type ScoredRows } from '../../ports/data-engine.ts';
import { ROW_ID } from './row-id.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
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
    const [found] = await session.rows(contract.task === 'binary' ? BINARY : REGRESSION);
    const scores = metricsOfTask(contract.task).flatMap((metric) => {
      const value = found?.[metric];
      return value === null || value === undefined || !Number.isFinite(Number(value)) ? [] : [[metric, Number(value)]];
    });
    const [y, p] = await session.doubles('SELECT y, p FROM scored');
    if (!y || !p) throw new Error('the table of scored rows has no columns');
    return { scores: Object.fromEntries(scores) as Scores, rows: y.length, labels: y, predictions: p };
  });

/** Leaves a table `scored`: a label y and a prediction p for each test row. @throws PredictionsError */
export async function loadScored(
  session: Session,
  test: readonly string[],
  predictions: readonly string[],
  contract: Contract,
): Promise<void> {
  await loadRows(session, test, contract.target);
  await loadPredictions(session, predictions);
  await expectOneEach(session, contract.task);
  await session.run(
    'CREATE TABLE scored AS SELECT y, p FROM test_rows JOIN predictions USING (id, nth) ORDER BY id, nth',
  );
}

/**
 * An id can be there more than once, in two parts or where rows have no id but their content. Its nth row then belongs to its nth
 * prediction, in the order of the files and lines.
 */
const NTH = 'row_number() OVER (PARTITION BY id ORDER BY place) AS nth';

async function loadRows(session: Session, files: readonly string[], target: string): Promise<void> {
  const rows = files.map(
    (file, i) => `SELECT ${ident(ROW_ID)} AS id, CAST(${ident(target)} AS DOUBLE) AS y, (${i}, file_row_number) AS place
      FROM read_parquet(${text(file)}, file_row_number = true, hive_partitioning = false)`,
  );
  if (rows.length === 0) throw new PredictionsError('there are no test rows to score: no test file was given');
  await session.run(`CREATE TABLE test_rows AS SELECT id, y, ${NTH} FROM (${rows.join(' UNION ALL ')})`);
}

async function loadPredictions(session: Session, files: readonly string[]): Promise<void> {
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
  const p = `json_extract(json, '$.SageMakerOutput.prediction')`;
  await session.run(
    `CREATE TABLE predictions AS SELECT id, raw, p, ${NTH} FROM (SELECT json->>'$.id' AS id, place, CAST(${p} AS VARCHAR) AS raw,
       CASE WHEN json_type(${p}) IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN TRY_CAST(${p} AS DOUBLE) END AS p FROM lines)`,
  );
}

async function expectOneEach(session: Session, task: Task): Promise<void> {
  const fits = task === 'binary' ? 'p BETWEEN 0 AND 1' : 'isfinite(p)';
  const [bad] = await session.rows(
    `SELECT id, raw, count(*) OVER () AS n FROM predictions WHERE p IS NULL OR NOT ${fits} ORDER BY id, nth LIMIT 1`,
  );
  if (bad)
    throw new PredictionsError(
      `${bad.n} predictions are not ${task === 'binary' ? 'probabilities' : 'finite numbers'}; the first is ${bad.raw ?? 'missing'} for the row ${bad.id}`,
    );
  const [odd] = await session.rows(
    `SELECT coalesce(t.id, q.id) AS id, t.id IS NULL AS unknown, q.id IS NULL AS missing, count(*) OVER () AS n
     FROM test_rows t FULL JOIN predictions q USING (id, nth)
     WHERE t.id IS NULL OR q.id IS NULL ORDER BY 1 LIMIT 1`,
  );
  if (!odd) return;
  const what = odd.missing ? 'has no prediction' : 'has a prediction too many, or is no test row';
  throw new PredictionsError(
    `${odd.n} ids do not match between test rows and predictions; the first, ${odd.id}, ${what}`,
  );
}

/** AUC by ranks (Mann-Whitney), ties at their mean rank; log loss with probabilities clipped to [1e-15, 1 - 1e-15]. */
const BINARY = `
  WITH ranked AS (
    SELECT y, p, least(greatest(p, 1e-15), 1 - 1e-15) AS q,
      rank() OVER (ORDER BY p) + (count(*) OVER (PARTITION BY p) - 1) / 2.0 AS r FROM scored
  ), counted AS (SELECT *, sum(y) OVER () AS pos, count(*) OVER () - sum(y) OVER () AS neg FROM ranked)
  SELECT count(*) AS n,
    CASE WHEN any_value(pos) > 0 AND any_value(neg) > 0
      THEN (fsum(r) FILTER (y = 1) - any_value(pos) * (any_value(pos) + 1) / 2.0) / (any_value(pos) * any_value(neg)) END AS auc,
    -favg(CASE WHEN y = 1 THEN ln(q) ELSE ln(1 - q) END) AS logloss,
    favg((p - y) * (p - y)) AS brier,
    favg(CASE WHEN (p >= 0.5) = (y = 1) THEN 1.0 ELSE 0.0 END) AS accuracy
  FROM counted`;

/** R² = 1 - Σ(y-p)² / Σ(y-mean)²; absent when every y is the same. */
const REGRESSION = `
  WITH centred AS (SELECT y, p, (SELECT favg(y) FROM scored) AS mean FROM scored)
  SELECT count(*) AS n, sqrt(favg((y - p) * (y - p))) AS rmse, favg(abs(y - p)) AS mae,
    1 - fsum((y - p) * (y - p)) / nullif(fsum((y - mean) * (y - mean)), 0) AS r2
  FROM centred`;
