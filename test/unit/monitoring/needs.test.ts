import { describe, expect, it } from 'vitest';
import { type NeedsSituation, needsOf } from '../../../shared/domain/monitoring/needs.ts';
import type { Run, UploadRecord } from '../../../shared/domain/records.ts';

const AT = '2026-03-01T00:00:00.000Z';
const run = (n: number, over: Partial<Run>): Run => ({
  ...{ model: 'churn', run: n, dataVersion: n, codeVersion: 1, status: 'finished', startedAt: AT, ...over },
});
const found = { checkedAt: AT, since: AT, reason: 'r' };
const waiting = run(2, { modelVersion: 2 });

/** Everything that can be wrong with a model at once. */
const everything: NeedsSituation = {
  ...{ model: 'churn', retired: false, hold: { since: AT, reason: 'r', release: 1 } },
  waiting: { challenger: { run: 2, modelVersion: 2, since: AT }, run: waiting },
  runs: [run(3, { status: 'failed' }), waiting, run(1, { deployment: { status: 'failed', at: AT } })],
  newestUpload: { key: 'in/churn/a.csv', outcome: { status: 'failed', reason: 'r', at: AT } } as UploadRecord,
  drift: { ...found, verdict: 'drift', lastVerdict: 'drift', pendingRows: 0 },
  freshness: { ...found, verdict: 'stale' },
};

describe('what needs somebody', () => {
  it('is told with the most urgent first', () => {
    expect(needsOf(everything).map(({ kind }) => kind)).toEqual([
      'failed-deployment',
      'failed-run',
      'drift',
      'approval',
      'hold',
      'stale',
      'upload',
    ]);
  });

  it('is nothing once the model is retired', () => {
    expect(needsOf({ ...everything, retired: true })).toEqual([]);
  });
});
