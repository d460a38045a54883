/**
 * A range that later data will fit into, unless something is wrong with it: half of the sample's width is added on either side, rounded
 * outwards to two digits, and never across zero, since what is never negative in the sample is most often never negative at all.
 * @returns without a limit where a double holds none
 */
export const headroom = (min: number, max: number): { readonly min?: number; readonly max?: number } => {
  const width = max > min ? max - min : Math.max(1, Math.abs(max));
  const low = min >= 0 ? Math.max(0, outwards(min - width / 2, Math.floor)) : outwards(min - width / 2, Math.floor);
  const high =
    max <= 0 && min < 0 ? Math.min(0, outwards(max + width / 2, Math.ceil)) : outwards(max + width / 2, Math.ceil);
  return {
    ...(Number.isFinite(low) && low <= min && { min: low }),
    ...(Number.isFinite(high) && high >= max && { max: high }),
  };
};

/** To two significant digits. */
const outwards = (x: number, round: (x: number) => number): number => {
  if (x === 0 || !Number.isFinite(x)) return x;
  const power = Math.floor(Math.log10(Math.abs(x))) - 1;
  // 2.5 may arrive as 2.4999999999999996, and 12 × 10^-1 is 1.2 as text, and not 1.2000000000000002.
  const digits = round(Number((x / 10 ** power).toPrecision(12)));
  return Number(`${digits}e${power}`) + 0;
};

/** The same for whole numbers that a double holds exactly. */
export const wholeHeadroom = (min: number, max: number): { readonly min?: number; readonly max?: number } => {
  const range = headroom(min, max);
  const [low, high] = [Math.floor(range.min ?? Number.NaN), Math.ceil(range.max ?? Number.NaN)];
  return { ...(Number.isSafeInteger(low) && { min: low }), ...(Number.isSafeInteger(high) && { max: high }) };
};
