import type {
  BinaryDiagnosis,
  CalibrationBin,
  Diagnosis,
  MulticlassDiagnosis,
  RegressionDiagnosis,
  Threshold,
} from '../../domain/build/diagnosis.ts';
import { foldClasses } from '../../domain/build/fold-classes.ts';
import { type Contract, classesOf } from '../../domain/definition/model-definition.ts';
import { histogram } from './histogram.ts';
import { loadScored } from './score.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { texts } from './sql.ts';

/** See DataEngine.diagnose. One thread: sums of doubles depend on their order. */
export const diagnose = (
  options: EngineOptions,
  test: readonly string[],
  predictions: readonly string[],
  contract: Contract,
): Promise<Diagnosis> =>
  withSession({ ...options, threads: 1 }, [...test, ...predictions], async (session) => {
    await loadScored(session, test, predictions, contract);
    if (contract.task === 'binary') return diagnoseBinary(session);
    return contract.task === 'multiclass' ? diagnoseClasses(session, classesOf(contract)) : diagnoseRegression(session);
  });

const MOST_THRESHOLDS = 200;

async function diagnoseBinary(session: Session): Promise<BinaryDiagnosis> {
  const [all] = await session.rows(
    `SELECT count(*) AS n, sum(y) AS positives, count(*) FILTER (p >= 0.5 AND y = 1) AS tp, count(*) FILTER (p >= 0.5 AND y = 0) AS fp,
       count(*) FILTER (p < 0.5 AND y = 0) AS tn, count(*) FILTER (p < 0.5 AND y = 1) AS fn FROM scored`,
  );
  return {
    kind: 'binary',
    rows: Number(all?.n),
    positives: Number(all?.positives),
    thresholds: await thresholds(session),
    confusion: {
      truePositives: Number(all?.tp),
      falsePositives: Number(all?.fp),
      trueNegatives: Number(all?.tn),
      falseNegatives: Number(all?.fn),
    },
    calibration: await calibration(session, 'SELECT p, y FROM scored'),
  };
}

/** All distinct predictions, thinned where they are too many: of each 200th of the rows the lowest is kept, so both ends are there. */
async function thresholds(session: Session): Promise<readonly Threshold[]> {
  const found = await session.rows(
    `WITH steps AS (SELECT p, sum(y) AS t, count(*) AS n FROM scored GROUP BY p),
       told AS (SELECT p, sum(t) OVER w AS tp, sum(n) OVER w AS told FROM steps WINDOW w AS (ORDER BY p DESC)),
       cut AS (SELECT *, ceil(told * ${MOST_THRESHOLDS - 1} / (SELECT count(*) FROM scored)) AS share FROM told)
     SELECT p, tp, told - tp AS fp FROM cut
     QUALIFY (SELECT count(*) FROM steps) <= ${MOST_THRESHOLDS} OR p = min(p) OVER (PARTITION BY share) OR p = max(p) OVER ()
     ORDER BY p DESC`,
  );
  return found.map(({ p, tp, fp }) => ({
    threshold: Number(p),
    truePositives: Number(tp),
    falsePositives: Number(fp),
  }));
}

/** The bin of `p`, from 0: tenths of the rows, where rows of one value are never parted; a value on an edge belongs below it. */
const TENTH = 'len(list_filter(edges, lambda e: e < p))';
const tenthsOf = (rows: string) =>
  `SELECT quantile_cont(p, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) AS edges FROM (${rows})`;

/** @param rows with a probability p, and y: 1 where what was so probable came true, else 0 */
async function calibration(session: Session, rows: string): Promise<readonly CalibrationBin[]> {
  const found = await session.rows(
    `SELECT count(*) AS n, favg(p) AS predicted, favg(y) AS observed FROM (${rows}), (${tenthsOf(rows)})
     GROUP BY ${TENTH} ORDER BY predicted`,
  );
  return found.map(({ n, predicted, observed }) => ({
    rows: Number(n),
    predicted: Number(predicted),
    observed: Number(observed),
  }));
}

async function diagnoseClasses(session: Session, classes: readonly string[]): Promise<MulticlassDiagnosis> {
  const cells = await session.rows('SELECT y, p, count(*) AS n FROM scored GROUP BY y, p');
  const counts = cells.map(({ y, p, n }) => ({ is: Number(y), told: Number(p), rows: Number(n) }));
  const told = `SELECT probabilities[${texts(classes)}[CAST(p AS INTEGER) + 1]] AS p, CASE WHEN p = y THEN 1.0 ELSE 0.0 END AS y
    FROM test_rows JOIN predictions USING (id, nth)`;
  return {
    kind: 'multiclass',
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
    ...foldClasses(classes, counts),
    calibration: await calibration(session, told),
  };
}

async function diagnoseRegression(session: Session): Promise<RegressionDiagnosis> {
  const found = await session.rows(
    `SELECT count(*) AS n, favg(p) AS predicted, favg(y) AS actual, quantile_cont(p - y, [0.1, 0.5, 0.9]) AS q
     FROM scored, (${tenthsOf('SELECT p FROM scored')}) GROUP BY ${TENTH} ORDER BY predicted`,
  );
  const calibration = found.map(({ n, predicted, actual, q }) => {
    const [low, median, high] = (q as readonly unknown[]).map(Number) as [number, number, number];
    return { rows: Number(n), predicted: Number(predicted), actual: Number(actual), low, median, high };
  });
  const rows = calibration.reduce((sum, bin) => sum + bin.rows, 0);
  return { kind: 'regression', rows, residuals: await histogram(session, '(p - y)', 'scored', false), calibration };
}
