import { describe, expect, test } from 'vitest';
import { chiSquare, compareShares } from '../../../shared/domain/drift/contingency.ts';
import { benjaminiHochberg, holm } from '../../../shared/domain/drift/corrections.ts';
import { chiSquareTail, logGamma } from '../../../shared/domain/drift/gamma.ts';
import { kolmogorovTail, ksDistance, ksTail } from '../../../shared/domain/drift/kolmogorov.ts';
import { psi, psiBeyondChance } from '../../../shared/domain/drift/psi.ts';

/** Constants from SciPy 1.17.1; the expression that gave each is beside it. */

const close = (found: number | undefined, wanted: number, relative = 1e-9) =>
  expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThanOrEqual(relative * Math.abs(wanted) + 1e-300);

const A = [120, 80, 40, 10];
const B = [90, 95, 60, 25];

describe('as SciPy', () => {
  test.each([
    [3.84, 1, 0.05004352124870519],
    [0.01, 1, 0.920344325445942],
    [10, 5, 0.07523524614651217],
    [100, 19, 5.355560750435117e-13],
    [300, 19, 2.0005232442947767e-52],
    [25, 30, 0.7250318841806004],
    [1500, 3, 0],
  ])('stats.chi2.sf(%d, %d)', (x, df, wanted) => close(chiSquareTail(x, df), wanted));

  test.each([
    [0.1, 2.252712651734206],
    [12345.6, 103959.18506616844],
  ])('special.gammaln(%d)', (x, wanted) => close(logGamma(x), wanted, 1e-12));

  test.each([
    [0.3, 0.9999906941986655],
    [0.5, 0.9639452436648751],
    [0.99, 0.2808738392255489],
    [1, 0.26999967167735456],
    [1.36, 0.049485876755377876],
    [2, 0.0006709252557796953],
    [5, 3.8574996959278356e-22],
  ])('special.kolmogorov(%d)', (x, wanted) => close(kolmogorovTail(x), wanted));

  test('stats.chi2_contingency([A, B], correction=False)', () => {
    close(chiSquare(A, B)?.statistic, 15.25333333333333);
    close(chiSquare(A, B)?.p, 0.001612470124235951);
  });

  test('a table with one column, or an empty side, tests nothing', () => {
    expect(chiSquare([5], [7])).toBeUndefined();
    expect(chiSquare([5, 3], [0, 0])).toBeUndefined();
    expect(chiSquare([5, 0], [7, 0])).toBeUndefined();
  });

  test('2 * stats.hypergeom.sf(3, 10200, 6, 200): few among the rows of both sides', () => {
    close(compareShares(2, 10_000, 4, 200).p, 4.17381286904839e-6);
    expect(compareShares(0, 10_000, 0, 200).p).toBe(1);
    expect(compareShares(10_000, 10_000, 200, 200).p).toBe(1);
  });

  test('((q - p) * np.log(q / p)).sum()', () => close(psi(A, B), 0.12108616476848132));

  test('max(abs(np.cumsum(p) - np.cumsum(q))), and special.kolmogorov of it', () => {
    close(ksDistance(A, B), 0.14666666666666667);
    close(ksTail(ksDistance(A, B), 250, 270), 0.007510387197019546);
  });

  test('stats.ks_2samp(x, y).statistic, one bin a value', () => {
    const [x, y] = [
      [1, 2, 2, 3, 5, 8, 8, 9],
      [2, 3, 3, 4, 8, 9, 9, 10, 11],
    ];
    const counts = (values: readonly number[]) =>
      Array.from({ length: 12 }, (_, i) => values.filter((v) => v === i).length);
    close(ksDistance(counts(x ?? []), counts(y ?? [])), 0.3194444444444444);
  });

  test('stats.false_discovery_control([…])', () => {
    const adjusted = benjaminiHochberg([0.001, 0.04, 0.03, 0.2, 0.005]);
    for (const [i, wanted] of [0.005, 0.05, 0.05, 0.2, 0.0125].entries()) close(adjusted[i], wanted);
  });
});

test('Holm: each by how many are left, never below the one before', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, wanted] of [0.03, 0.06, 0.06, 0.02].entries()) close(adjusted[i], wanted);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});

test('an index made by chance alone is none', () => {
  expect(psi([1000, 1000, 1000, 1000], [25, 20, 30, 25])).toBeGreaterThan(0.01);
  expect(psiBeyondChance([1000, 1000, 1000, 1000], [25, 20, 30, 25])).toBe(0);
  expect(psiBeyondChance([1000, 1000], [90, 10])).toBeGreaterThan(0.8);
});
