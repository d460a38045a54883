import { describe, expect, it } from 'vitest';
import { bestCandidate } from '../../../shared/domain/build/select-candidate.ts';

const results = (scores: readonly (number | undefined)[], metric: 'auc' | 'rmse' = 'auc') =>
  scores.map((score, i) => ({
    candidate: `c${i}`,
    trainingJob: `job-${i}`,
    validation: score === undefined ? {} : { [metric]: score },
  }));

describe('the best candidate', () => {
  it.each([
    [[0.7, 0.9, 0.8], 'c1'],
    [[0.8, 0.8], 'c0'],
    [[Number.NaN, 0.1], 'c1'],
    [[0.1, Number.NaN], 'c0'],
    [[0.1, Number.POSITIVE_INFINITY], 'c0'],
    [[undefined, 0.1], 'c1'],
    [[Number.NaN, undefined], undefined],
    [[], undefined],
  ] as const)('of auc %j is %s', (scores, expected) => {
    expect(bestCandidate(results(scores), 'auc')?.candidate).toBe(expected);
  });

  it('has the lowest of an error', () => {
    expect(bestCandidate(results([3, 1, 2], 'rmse'), 'rmse')?.candidate).toBe('c1');
  });
});
