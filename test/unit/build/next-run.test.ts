import { describe, expect, it } from 'vitest';
import { nextRun } from '../../../shared/domain/build/next-run.ts';

describe('the next run', () => {
  const due = { newestData: 2, newestCode: 3, lastRun: 4 };

  it('takes newest data × newest code under the next number', () => {
    expect(nextRun(due)).toEqual({ start: { run: 5, dataVersion: 2, codeVersion: 3 } });
  });

  it.each([
    [{ newestCode: 1, lastRun: 0 }, 'no data version yet'],
    [{ newestData: 1, lastRun: 0 }, 'no code version yet'],
    [{ ...due, takenBy: 4 }, 'waiting for new data or code: run 4 took the newest, data version 2 × code version 3'],
    [{ ...due, underWay: 4 }, 'run 4 is under way; when it ends, the next starts on data 2 × code 3'],
    [{ ...due, takenBy: 4, underWay: 4 }, 'run 4 is under way, on the newest data and code'],
    // Of a story that cannot be, but a reader of the registry may see parts of two moments.
    [
      { ...due, takenBy: 4, underWay: 5 },
      'waiting for new data or code: run 4 took the newest, data version 2 × code version 3',
    ],
  ])('is none with %j', (situation, reason) => {
    expect(nextRun(situation)).toEqual({ reason });
  });
});
