/** Two samples counted in the same bins. Bins are in order; each side's total must not be 0. */

/** D: the largest distance between the two empirical distribution functions, seen at the edges of the bins. */
export const ksDistance = (a: readonly number[], b: readonly number[]): number => {
  const [n, m] = [total(a), total(b)];
  let [above, below, distance] = [0, 0, 0];
  for (const [i, count] of a.entries()) {
    above += count;
    below += b[i] ?? 0;
    distance = Math.max(distance, Math.abs(above / n - below / m));
  }
  return distance;
};

/**
 * P(D or more) if both samples are of one distribution: Kolmogorov's limit at D·√(nm/(n+m)) (Smirnov 1939). From counts in bins D is at
 * most what the values themselves give, so this errs towards saying nothing.
 */
export const ksTail = (distance: number, n: number, m: number): number =>
  kolmogorovTail(distance * Math.sqrt((n * m) / (n + m)));

/** Kolmogorov's distribution above x: 2 Σ (-1)^(k-1) e^(-2k²x²), and its theta-function twin for small x (Feller 1948). */
export const kolmogorovTail = (x: number): number => {
  if (x <= 0) return 1;
  if (x < 1) {
    const front = Math.sqrt(2 * Math.PI) / x;
    return Math.min(1, 1 - front * sum((k) => Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x))));
  }
  return Math.min(1, 2 * sum((k) => (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x)));
};

const TERMS = 20;
const sum = (term: (k: number) => number): number => {
  let s = 0;
  for (let k = 1; k <= TERMS; k += 1) s += term(k);
  return s;
};

export const total = (counts: readonly number[]): number => counts.reduce((s, c) => s + c, 0);
