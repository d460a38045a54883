/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47(4), 2021), its state filled from the seed by splitmix32. For statistics, never for secrets.
 */

const rotateLeft = (x: number, k: number) => (x << k) | (x >>> (32 - k));

/** The generator itself, for a state of four 32-bit words, not all 0. @returns whole numbers, 0 to 2^32 − 1 */
export const xoshiro128 = (state: readonly [number, number, number, number]): (() => number) => {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
};

/** Spreads a seed, also a small one, over 32 bits. */
const splitmix32 = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return x ^ (x >>> 16);
  };
};

/** @param seed any whole number; its lowest 32 bits count. @returns whole numbers, 0 to 2^32 − 1 */
export const randomWords = (seed: number): (() => number) => {
  const word = splitmix32(seed);
  return xoshiro128([word(), word(), word(), word()]);
};
