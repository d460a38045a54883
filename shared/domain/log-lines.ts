/**
 * What functions log of their work and dashboards show. Counts, names and scores only, never a value of anybody's data.
 * `by` is the file in functions/ that logs it.
 */
export const LOG_LINES = {
  drift: {
    by: 'check-drift',
    message: 'drift checked',
    fields: ['release', 'verdict', 'pendingRows', 'lastCheck', 'column', 'psi'],
  },
  freshness: {
    by: 'check-freshness',
    message: 'freshness checked',
    fields: ['verdict', 'championAgeDays', 'dataAgeDays'],
  },
  verdict: {
    by: 'evaluate-run',
    message: 'run decided',
    fields: ['run', 'modelVersion', 'decision', 'outcome', 'metric', 'score', 'testRows'],
  },
  release: {
    by: 'commit-release',
    message: 'release made',
    fields: ['release', 'kind', 'modelVersion', 'dataVersion', 'codeVersion'],
  },
} as const;

export type LogLine = keyof typeof LOG_LINES;

/** Each line is of one model, and has these fields and no other. */
export type LogFields<Line extends LogLine> = { readonly model: string } & {
  readonly [Field in (typeof LOG_LINES)[Line]['fields'][number]]: string | number | undefined;
};
