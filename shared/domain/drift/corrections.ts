/** p-values of many tests at once, so adjusted that each can be compared with the level for all. In the order given. */

/**
 * Holm 1979: the chance of even one false finding stays below the level, whatever depends on what. This is what pages are decided by: one
 * false finding is one false page.
 */
export const holm = (ps: readonly number[]): readonly number[] => {
  const adjusted: number[] = new Array(ps.length).fill(1);
  let largest = 0;
  for (const [rank, i] of order(ps).entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] ?? 1)));
    adjusted[i] = largest;
  }
  return adjusted;
};

/** Benjamini and Hochberg 1995: among what is found, the expected share of false findings stays below the level. For reports. */
export const benjaminiHochberg = (ps: readonly number[]): readonly number[] => {
  const adjusted: number[] = new Array(ps.length).fill(1);
  let smallest = 1;
  for (const [back, i] of order(ps).reverse().entries()) {
    smallest = Math.min(smallest, ((ps[i] ?? 1) * ps.length) / (ps.length - back));
    adjusted[i] = smallest;
  }
  return adjusted;
};

const order = (ps: readonly number[]): number[] => ps.map((_, i) => i).sort((i, j) => (ps[i] ?? 1) - (ps[j] ?? 1));
