import type { Task } from '../../domain/definition/model-definition.ts';

/** The metrics of a task over the table `scored` (label y, prediction p, probability of the row's own class t), one column each. */
export const METRICS_SQL: Readonly<Record<Task, string>> = {
  /** AUC by ranks (Mann-Whitney), ties at their mean rank; log loss with probabilities clipped to [1e-15, 1 - 1e-15]. */
  binary: `
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
  FROM counted`,

  /** Macro F1 is the mean of F1 = 2·TP / (rows of the class + rows said to be) over the classes that rows are of; see paired-classes.ts. */
  multiclass: `
  WITH are AS (SELECT y AS c, count(*) AS n, count(*) FILTER (p = y) AS hits FROM scored GROUP BY y),
    said AS (SELECT p AS c, count(*) AS n FROM scored GROUP BY p)
  SELECT count(*) AS n,
    -favg(ln(least(greatest(t, 1e-15), 1 - 1e-15))) AS logloss,
    favg(CASE WHEN p = y THEN 1.0 ELSE 0.0 END) AS accuracy,
    (SELECT favg(2.0 * are.hits / (are.n + coalesce(said.n, 0))) FROM are LEFT JOIN said USING (c)) AS macro_f1
  FROM scored`,

  /** R² = 1 - Σ(y-p)² / Σ(y-mean)²; absent when every y is the same. */
  regression: `
  WITH centred AS (SELECT y, p, (SELECT favg(y) FROM scored) AS mean FROM scored)
  SELECT count(*) AS n, sqrt(favg((y - p) * (y - p))) AS rmse, favg(abs(y - p)) AS mae,
    1 - fsum((y - p) * (y - p)) / nullif(fsum((y - mean) * (y - mean)), 0) AS r2
  FROM centred`,
};
