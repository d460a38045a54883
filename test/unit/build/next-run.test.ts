import { describe, expect, it } from 'vitest';
import { nextRun } from '../../../shared/domain/next-run.ts';

describe('the next run', () => {
  const due = { newestData: 2, newestCode: 3, lastRun: 4 };

  it('takes newest data × newest code under the next number', () => {
    expect(nextRun(due)).toEqual({ start: { run: 5, dataVersion: 2, codeVersion: 3 } });
  });

  it.each([
    [{ newestCode: 1, lastRun: 0 }, 'no data version yet'],
    [{ newestData: 1, lastRun: 0 }, 'no code version yet'],
    [{ ...due, takenBy: 4 }, 'data version 2 × code version 3 was taken by run 4'],
    [{ ...due, underWay: 4 }, 'run 4 is under way: its end starts data 2 × code 3'],
    [{ ...due, takenBy: 4, underWay: 4 }, 'data version 2 × code version 3 was taken by run 4'],
  ])('is none with %j', (situation, reason) => {
    expect(nextRun(situation)).toEqual({ reason });
  });
});
