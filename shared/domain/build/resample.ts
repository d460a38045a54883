/** Sums over a resample of rows, in which row i occurs `counts[i]` times. */
export const sumOver = (values: Float64Array, counts: Uint32Array): number => {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += (values[i] as number) * (counts[i] as number);
  return total;
};

export const rowsIn = (counts: Uint32Array): number => {
  let n = 0;
  for (let i = 0; i < counts.length; i += 1) n += counts[i] as number;
  return n;
};

/** Log loss is infinite for a class that was given no chance: probabilities are kept away from 0 and 1. */
export const clipped = (p: number): number => Math.min(Math.max(p, 1e-15), 1 - 1e-15);
