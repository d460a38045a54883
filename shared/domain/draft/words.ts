export const figure = (x: number | undefined): string =>
  x === undefined ? 'none' : Number(x.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });

export const share = (part: number, all: number): string => `${Number(((100 * part) / all).toPrecision(3))}%`;

/** `a, b and 3 more` */
export const listed = (names: readonly string[], most = 5): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
