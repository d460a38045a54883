import { chiSquareTail, logGamma } from './gamma.ts';
import { total } from './kolmogorov.ts';

export interface Tested {
  readonly statistic: number;
  readonly p: number;
}

/**
 * Pearson's chi-square of a 2 × k table: baseline and window are both samples. (Taking the baseline as exact fires far too often.)
 * @returns undefined when there are fewer than two columns or an empty side
 */
export const chiSquare = (a: readonly number[], b: readonly number[]): Tested | undefined => {
  const [n, m] = [total(a), total(b)];
  let statistic = 0;
  let columns = 0;
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    if (x + y === 0) continue;
    columns += 1;
    const [ex, ey] = [((x + y) * n) / (n + m), ((x + y) * m) / (n + m)];
    statistic += (x - ex) ** 2 / ex + (y - ey) ** 2 / ey;
  }
  return columns < 2 || n === 0 || m === 0 ? undefined : { statistic, p: chiSquareTail(statistic, columns - 1) };
};

/** Fewer expected in a cell than this, and chi-square's distribution no longer holds (Cochran 1954). */
export const MIN_EXPECTED = 5;

/**
 * Two shares, k of n and l of m: Fisher's exact test where few are expected, chi-square otherwise.
 * Two-sided by doubling the smaller tail. `statistic` is l/m - k/n.
 */
export const compareShares = (k: number, n: number, l: number, m: number): Tested => {
  if (n === 0 || m === 0) return { statistic: 0, p: 1 };
  const statistic = l / m - k / n;
  const rare = Math.min(k + l, n + m - k - l);
  if (rare === 0) return { statistic, p: 1 };
  if ((rare * Math.min(n, m)) / (n + m) < MIN_EXPECTED) return { statistic, p: fisher(k, n, l, m) };
  return { statistic, p: chiSquare([k, n - k], [l, m - l])?.p ?? 1 };
};

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** Of k + l marked among n + m, how surprising is it that l are among the m? */
const fisher = (k: number, n: number, l: number, m: number): number => {
  const marked = k + l;
  const of = (x: number) => Math.exp(logChoose(m, x) + logChoose(n, marked - x) - logChoose(n + m, marked));
  const [least, most] = [Math.max(0, marked - n), Math.min(marked, m)];
  let [lower, upper] = [0, 0];
  for (let x = least; x <= l; x += 1) lower += of(x);
  for (let x = l; x <= most; x += 1) upper += of(x);
  return Math.min(1, 2 * Math.min(lower, upper));
};
