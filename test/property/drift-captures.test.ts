import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DriftCheck } from '../../shared/domain/records.ts';
import { registryPrefixes } from '../../shared/domain/registry-keys.ts';
import { checkDrift } from '../../shared/use-cases/monitoring/check-drift.ts';
import { MODEL } from '../fixtures/pipeline-world.ts';
import { capturesRows, TRAFFIC, type WatchedWorld, watchedWorld } from '../fixtures/watched-world.ts';

/** Whenever capture files arrive, in whatever order of their names, and wherever checks die or race: each row is counted once. */

class Crash extends Error {}

/** Every call of store and objects counts; the one numbered `at` dies, before or after it has happened. */
const dying = (world: WatchedWorld, at: number, after: boolean): WatchedWorld => {
  let calls = 0;
  const doomed = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, member) => {
        const method: unknown = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const mine = calls++ === at;
          if (mine && !after) throw new Crash();
          const result: unknown = await method.apply(target, args);
          if (mine) throw new Crash();
          return result;
        };
      },
    });
  return { ...world, store: doomed(world.store), objects: doomed(world.objects), metrics: doomed(world.metrics) };
};

const arrival = fc.record({
  kind: fc.constant('arrival' as const),
  /** Of the name: up to five days before now, so arrivals come late in any order. */
  hoursAgo: fc.integer({ min: 0, max: 120 }),
  rows: fc.integer({ min: 1, max: 60 }),
});
const step = fc.oneof(
  { weight: 3, arbitrary: arrival },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('check' as const), twins: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), at: fc.nat({ max: 25 }), after: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }) },
);

test('each captured row is counted exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const world = await watchedWorld();
      let [sent, files] = [0, 0];
      for (const s of steps) {
        if (s.kind === 'wait') world.later(s.hours);
        else if (s.kind === 'arrival') {
          const hour = new Date(Date.parse(world.clock()) - s.hoursAgo * 3_600_000).toISOString().slice(0, 13);
          capturesRows(world, `${hour.replace('T', '/').replaceAll('-', '/')}/f${files}.jsonl`, TRAFFIC, s.rows, files);
          files += 1;
          sent += s.rows;
        } else if (s.kind === 'check') {
          const twins = s.twins ? [1, 2] : [1];
          await Promise.all(twins.map(() => checkDrift(world, { model: MODEL })));
        } else
          await checkDrift(dying(world, s.at, s.after), { model: MODEL }).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
          });
      }
      const { pendingRows } = await checkDrift(world, { model: MODEL });
      const checks = await world.store.list<DriftCheck>(MODEL, registryPrefixes.driftChecks);
      const decided = checks.reduce((sum, { value }) => sum + value.window.rows, 0);
      expect(decided + pendingRows).toBe(sent);
      expect(checks.map(({ value }) => value.check)).toEqual(checks.map((_, i) => i + 1));
    }),
    { numRuns: 60 },
  );
});
