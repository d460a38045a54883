import { describe, expect, it } from 'vitest';
import { whyNotComparable } from '../../../shared/domain/build/comparable.ts';
import { definition } from '../../fixtures/pipeline-world.ts';

const columns = definition().columns;

describe('a champion on a challenger’s test rows', () => {
  it.each([
    ['nothing changed', {}, undefined],
    ['another feature', { columns: { ...columns, plan: { type: 'string' } } }, undefined],
    ['another metric and other gates', { metric: 'logloss', gates: [] }, undefined],
    ['another validation share', { split: { validation: 0.3 } }, undefined],
    ['a smaller test share', { split: { test: 0.1 } }, undefined],
    ['a larger test share', { split: { test: 0.3 } }, /test share was 0\.2, now it is 0\.3/],
    ['another id', { id: ['customer', 'age'] }, /split by another id/],
    [
      'another type of the id',
      { columns: { ...columns, customer: { type: 'integer', feature: false } } },
      /another id/,
    ],
    ['a group', { split: { group: 'age' } }, /another id or group/],
    [
      'another target',
      { target: 'stayed', columns: { ...columns, stayed: { type: 'boolean' } } },
      /it predicts left \(binary\), this one stayed/,
    ],
    [
      'another task',
      { task: 'regression', metric: 'rmse', gates: [], columns: { ...columns, left: { type: 'number' } } },
      /left \(regression\)/,
    ],
  ] as const)('%s', (_, over, why) => {
    const found = whyNotComparable(definition(), definition(over as Parameters<typeof definition>[0]));
    if (why) expect(found).toMatch(why);
    else expect(found).toBeUndefined();
  });

  it('whose rows have no id but their content is comparable only with the same columns', () => {
    const champion = definition({ id: [] });
    expect(whyNotComparable(champion, definition({ id: [] }))).toBeUndefined();
    const wider = definition({ id: [], columns: { ...columns, plan: { type: 'string' } } });
    expect(whyNotComparable(champion, wider)).toMatch(/another id/);
  });
});
