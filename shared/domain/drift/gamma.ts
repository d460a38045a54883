/**
 * Tails of distributions. Written here because no kept package on npm has them alone; tested against SciPy.
 * Sources: DLMF 5 and 8 (incomplete gamma: 8.11.4 series, 8.9.2 continued fraction); Lanczos' approximation with g = 7, n = 9.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0, to about 1e-15 relative. */
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (z + i)), 0);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
};

const EPSILON = 1e-16;
const TERMS = 100_000;

/** Upper regularized incomplete gamma function Q(a, x): the share of a gamma distribution above x. */
const gammaTail = (a: number, x: number): number => {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
};

const lowerSeries = (a: number, x: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < TERMS && term > sum * EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
};

/** By Lentz's method. */
const upperFraction = (a: number, x: number): number => {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < TERMS; i += 1) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / nonZero(an * d + b, tiny);
    c = nonZero(b + an / c, tiny);
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON * 4) break;
  }
  return h;
};

const nonZero = (x: number, tiny: number) => (Math.abs(x) < tiny ? tiny : x);

/** P(X ≥ x) of a chi-square distribution. */
export const chiSquareTail = (x: number, degreesOfFreedom: number): number => gammaTail(degreesOfFreedom / 2, x / 2);
