import { MIN_EXPECTED } from './contingency.ts';
import { total } from './kolmogorov.ts';

/** The counts of baseline and window in the same cells. */
export interface Cells {
  readonly baseline: readonly number[];
  readonly window: readonly number[];
}

/** More cells see finer changes and need more rows to see any. */
const MOST_CELLS = 20;

/**
 * Joins neighbouring bins until each cell expects enough rows on both sides and holds its twentieth of them. Cells follow from both sides
 * together, so neither makes the other look odd.
 */
export const neighbouringCells = (all: Cells): Cells => {
  const both = all.baseline.map((x, i) => x + (all.window[i] ?? 0));
  const least = Math.max(leastInCell(all), total(both) / MOST_CELLS);
  const groups: number[][] = [];
  let [group, inGroup]: [number[], number] = [[], 0];
  for (const [i, count] of both.entries()) {
    group.push(i);
    inGroup += count;
    if (inGroup < least) continue;
    groups.push(group);
    [group, inGroup] = [[], 0];
  }
  const last = groups.pop();
  groups.push([...(last ?? []), ...group]);
  return joined(all, groups);
};

/**
 * Keeps cells that expect enough rows on both sides, and makes one of the others. The last is always among those: it holds the values that
 * the baseline does not name, and where values come and go, each window has some.
 */
export const frequentCells = (all: Cells): Cells => {
  const least = leastInCell(all);
  const both = all.baseline.map((x, i) => x + (all.window[i] ?? 0));
  const indices = both.map((_, i) => i).sort((i, j) => (both[j] ?? 0) - (both[i] ?? 0));
  const unnamed = both.length - 1;
  const frequent = indices.filter((i) => i !== unnamed && (both[i] ?? 0) >= least);
  const rare = indices.filter((i) => i === unnamed || (both[i] ?? 0) < least);
  const groups = frequent.map((i) => [i]);
  const enough = total(rare.map((i) => both[i] ?? 0)) >= least;
  const smallest = enough ? undefined : groups.pop();
  return joined(all, [...groups, [...(smallest ?? []), ...rare]]);
};

/** Rows of both sides that a cell needs, for the smaller side to expect enough. */
const leastInCell = ({ baseline, window }: Cells): number => {
  const [n, m] = [total(baseline), total(window)];
  return n === 0 || m === 0 ? Number.POSITIVE_INFINITY : (MIN_EXPECTED * (n + m)) / Math.min(n, m);
};

const joined = ({ baseline, window }: Cells, groups: readonly (readonly number[])[]): Cells => ({
  baseline: groups.map((g) => total(g.map((i) => baseline[i] ?? 0))),
  window: groups.map((g) => total(g.map((i) => window[i] ?? 0))),
});
