/** How figures are written in reports. */

/** `10,432` */
export const count = (n: number): string => n.toLocaleString('en-US');

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** At most four significant digits, or all of a whole number (a year stays `2013`); an en dash where there is none. */
export const figure = (x: number | null | undefined): string => {
  if (x === null || x === undefined || Number.isNaN(x)) return '–';
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e15) return size < 1e4 ? String(x) : count(x);
  if (size >= 1e15 || (size < 1e-4 && size > 0)) return x.toExponential(2);
  return size >= 1e4 ? count(Math.round(x)) : String(Number(x.toPrecision(4)));
};

/** `+0.0123` */
export const signed = (x: number): string => `${x > 0 ? '+' : ''}${figure(x)}`;

/** `12.3%`, with a digit more below one in a hundred. */
export const percent = (share: number): string =>
  `${(share * 100).toFixed(share !== 0 && Math.abs(share) < 0.01 ? 2 : 1)}%`;

/** A probability of chance: `3.1e-40`, `0.012`. */
export const chance = (p: number): string => (p < 1e-300 ? '< 1e-300' : p < 0.001 ? p.toExponential(1) : figure(p));

/** `1.5 kB` (powers of 1,000) */
export const bytes = (n: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
};

/** `2026-01-31 12:00:05 UTC` */
export const time = (iso: string): string => iso.replace(/^(\S+)T(\d\d:\d\d:\d\d).*Z$/, '$1 $2 UTC');
