import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storedText } from '../../shared/adapters/registry-limits.ts';
import { PREDICTION } from '../../shared/domain/drift/baseline.ts';
import { judgeWindow, topFeatures } from '../../shared/domain/drift/judge-window.ts';
import { WindowCounter } from '../../shared/domain/drift/window.ts';
import { baselineOf, normal, rowsOf, seeded } from '../fixtures/drift-rows.ts';

/** Whatever is captured, what is found in it can be kept, and the window can be written and gone on with. */

const baseline = baselineOf(
  rowsOf({ many: normal, few: (r) => Math.floor(r() * 5), same: () => 7, text: (r) => `${r() < 0.5}` }, 500, seeded(1)),
);
const FLOORS = { psi: 0.1, sigmas: 0.3, share: 0.02 };

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 1e200, 1e100, -999, 0, 7),
);
const value = fc.oneof(
  number,
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 1000, maxLength: 3000 }).map((text) => text.repeat(20)),
  fc.jsonValue(),
);
const row = fc.record({ many: value, few: value, same: value, text: value }, { requiredKeys: [] });

test('findings are plain, finite and small; a window survives being written', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.nat({ max: 50 }), (rows, ordinary) => {
      const counter = new WindowCounter(baseline);
      for (const features of rows) counter.add({ features }, PREDICTION);
      for (let i = 0; i < ordinary; i += 1)
        counter.add({ features: { many: 0, few: 2, same: 7, text: 'true' } }, PREDICTION);
      const window = counter.window();
      expect(JSON.parse(JSON.stringify(window))).toEqual(window);
      const judged = judgeWindow(baseline, window, 0.5, FLOORS);
      expect(storedText({ top: topFeatures(judged), columns: judged.columns }).length).toBeLessThan(50_000);
    }),
    { numRuns: 300 },
  );
});
