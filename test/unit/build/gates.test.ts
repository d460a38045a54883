import { describe, expect, it } from 'vitest';
import { checkGates, gateInWords } from '../../../shared/domain/build/gates.ts';

const one = (value: number | undefined, limits: { min?: number; max?: number }) =>
  checkGates([{ metric: 'auc', ...limits }], value === undefined ? {} : { auc: value })[0];

describe('gates', () => {
  it.each([
    [0.7, { min: 0.7 }, true],
    [0.7, { max: 0.7 }, true],
    [0.6999, { min: 0.7 }, false],
    [0.7001, { max: 0.7 }, false],
    [0.5, { min: 0.4, max: 0.6 }, true],
    [0.3, { min: 0.4, max: 0.6 }, false],
    [0.7, { min: 0.4, max: 0.6 }, false],
    [Number.NaN, { min: 0 }, false],
    [Number.NaN, { max: 1 }, false],
    [Number.POSITIVE_INFINITY, { min: 0 }, false],
    [Number.NEGATIVE_INFINITY, { max: 0 }, false],
    [undefined, { min: 0 }, false],
  ] as const)('%s against %j: passed is %s', (value, limits, passed) => {
    expect(one(value, limits)?.passed).toBe(passed);
  });

  it('looks at the metric that the gate names', () => {
    expect(checkGates([{ metric: 'logloss', max: 0.5 }], { auc: 0.1, logloss: 0.6 })[0]?.passed).toBe(false);
  });

  it.each([
    [{ min: 0.7 }, 0.83456, 'auc 0.8346 is at least 0.7'],
    [{ min: 0.7 }, 0.5, 'auc 0.5 is below its minimum of 0.7'],
    [{ max: 0.7 }, 0.9, 'auc 0.9 is above its maximum of 0.7'],
    [{ min: 0.1, max: 0.7 }, 0.5, 'auc 0.5 is at least 0.1 and at most 0.7'],
    [{ min: 0.7 }, Number.NaN, 'auc could not be measured'],
  ] as const)('says %j for %s in words', (limits, value, words) => {
    const result = one(value, limits);
    expect(result && gateInWords(result)).toBe(words);
  });
});
