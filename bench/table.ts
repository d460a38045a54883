/** What a part of the benchmark measured. */
export interface Table {
  readonly title: string;
  /** How it was measured, and what it does not say. */
  readonly says: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
};

/** Milliseconds of one call, the median of several. */
export async function timeOf(times: number, work: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return median(taken);
}

/** Three significant digits, no exponent. */
export const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

export const ratio = (a: number, b: number): string => `${shown(a / b)} ×`;

/** GitHub's Markdown. */
export const markdown = ({ title, says, columns, rows }: Table): string => {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((c) => (typeof c === 'number' ? shown(c) : c)).join(' | ')} |`;
  return [`## ${title}`, '', says, '', line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n');
};
