/** More classes than these make a matrix that nobody reads: the rarest are put together. */
const MOST_CLASSES = 16;
const OTHERS = 'all other classes';

/** Rows of class `is` that were told to be class `told`, both as places among the classes. */
export interface ClassCount {
  readonly is: number;
  readonly told: number;
  readonly rows: number;
}

/** The confusion matrix of the most frequent classes, in their own order, with one row and column for all others where there are any. */
export const foldClasses = (classes: readonly string[], counts: readonly ClassCount[]) => {
  const rowsOf = classes.map((_, i) => counts.reduce((sum, c) => sum + (c.is === i ? c.rows : 0), 0));
  const frequent = classes.map((_, i) => i).sort((a, b) => (rowsOf[b] ?? 0) - (rowsOf[a] ?? 0) || a - b);
  const shown = classes.length <= MOST_CLASSES ? frequent : frequent.slice(0, MOST_CLASSES - 1);
  const order = shown.sort((a, b) => a - b);
  const names = order.map((i) => classes[i] ?? '');
  const folded = classes.length > order.length ? [...names, OTHERS] : names;
  const placeOf = (i: number) => (order.includes(i) ? order.indexOf(i) : folded.length - 1);
  const confusion = folded.map(() => folded.map(() => 0));
  for (const { is, told, rows } of counts) {
    const row = confusion[placeOf(is)] ?? [];
    row[placeOf(told)] = (row[placeOf(told)] ?? 0) + rows;
  }
  return { classes: folded, confusion };
};
