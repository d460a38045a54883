import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rollout, shift } from '../../../infra/local/sagemaker/serving/rollout.ts';
import { Traffic } from '../../../infra/local/sagemaker/serving/traffic.ts';

describe('the share of a canary', () => {
  test('is exact, evenly spread, and never exceeded, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }), (percent, calls) => {
        const traffic = new Traffic('old');
        traffic.try('new', percent);
        let had = 0;
        for (let n = 1; n <= calls; n += 1) {
          if (traffic.next() === 'new') had += 1;
          expect(had).toBe(Math.floor((n * percent) / 100));
        }
      }),
    );
  });

  test('is nothing before, and nothing after', () => {
    const traffic = new Traffic('old');
    expect(Array.from({ length: 10 }, () => traffic.next())).toEqual(Array(10).fill('old'));
    traffic.try('new', 50);
    expect(Array.from({ length: 4 }, () => traffic.next())).toEqual(['old', 'new', 'old', 'new']);
    traffic.shift('old');
    expect(Array.from({ length: 10 }, () => traffic.next())).toEqual(Array(10).fill('old'));
  });
});

describe('shifting', () => {
  const rollout: Rollout = { percent: 10, bakeSeconds: 60, finalBakeSeconds: 30, alarms: ['errors', 'latency'] };
  type Look = States | Error | ((main: string) => States);
  type States = Record<string, string>;
  /** Every look at the alarms takes the next of these, the last one for good; and notes who takes the calls that are not the canary's. */
  const shifting = (...looks: Look[]) => {
    const traffic = new Traffic('old');
    const mains: string[] = [];
    const session = {
      alarmStates: async () => {
        mains.push(traffic.main);
        const next = (looks.length > 1 ? looks.shift() : looks[0]) ?? {};
        const look = typeof next === 'function' ? next(traffic.main) : next;
        if (look instanceof Error) throw look;
        return new Map(Object.entries(look));
      },
    };
    const ending = new AbortController();
    const reason = shift({ traffic, fleet: 'new', rollout, session, waitScale: 0.0001, signal: ending.signal });
    return { traffic, mains, reason, ending };
  };
  const quiet = { errors: 'OK', latency: 'INSUFFICIENT_DATA' };

  test('ends with all calls on the new fleet when nothing fires', async () => {
    const { traffic, mains, reason } = shifting(quiet);
    expect(await reason).toBeUndefined();
    expect(traffic.main).toBe('new');
    expect(new Set(mains)).toEqual(new Set(['old', 'new']));
  });

  test.each<[string, (States | Error)[], RegExp]>([
    ['an alarm fires', [quiet, { ...quiet, errors: 'ALARM' }, quiet], /alarm\(s\) errors went into ALARM/],
    ['an alarm fires from the start', [{ ...quiet, latency: 'ALARM' }], /alarm\(s\) latency went into ALARM/],
    ['an alarm is gone', [quiet, { errors: 'OK' }], /alarm\(s\) latency do not exist/],
    ['its alarms cannot be seen', [quiet, new Error('AccessDenied')], /could not be described \(AccessDenied\)/],
  ])('goes back at once when %s', async (_, looks, words) => {
    const { traffic, mains, reason } = shifting(...looks);
    expect(await reason).toMatch(words);
    expect(traffic.main).toBe('old');
    expect(traffic.next()).toBe('old');
    expect(mains).not.toContain('new');
  });

  test('goes back in the final bake, too', async () => {
    const { traffic, mains, reason } = shifting((main) => (main === 'new' ? { ...quiet, errors: 'ALARM' } : quiet));
    expect(await reason).toMatch(/errors/);
    expect(mains.at(-1)).toBe('new');
    expect(traffic.main).toBe('old');
  });

  test('decides nothing any more when local SageMaker ends', async () => {
    const traffic = new Traffic('old');
    const ending = new AbortController();
    const session = { alarmStates: async () => new Map(Object.entries(quiet)) };
    const shifted = shift({ traffic, fleet: 'new', rollout, session, waitScale: 1, signal: ending.signal });
    ending.abort();
    await expect(shifted).rejects.toThrow(/abort/i);
  });
});
