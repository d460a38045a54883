import { total } from './kolmogorov.ts';

/**
 * Population stability index Σ (q - p) ln(q / p) over cells with counts on both sides (Siddiqi 2006). An empty cell counts half a row:
 * a fixed small share would make the index a matter of sample size.
 */
export const psi = (a: readonly number[], b: readonly number[]): number => {
  const [n, m] = [total(a), total(b)];
  if (n === 0 || m === 0) return 0;
  return a.reduce((sum, x, i) => {
    const y = b[i] ?? 0;
    if (x === 0 && y === 0) return sum;
    const [p, q] = [(x || 0.5) / n, (y || 0.5) / m];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
};

/**
 * The index less what chance alone gives: where nothing changed it is about (1/n + 1/m) · χ² with k - 1 degrees of freedom
 * (Yurdakul 2018), which at 200 rows and 20 cells is a drift of 0.1 that is none.
 */
export const psiBeyondChance = (a: readonly number[], b: readonly number[]): number => {
  const cells = a.filter((x, i) => x + (b[i] ?? 0) > 0).length;
  if (cells < 2) return 0;
  return Math.max(0, psi(a, b) - (cells - 1) * (1 / total(a) + 1 / total(b)));
};
