import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../infra/local/cloud-state.ts';
import { venvPython } from '../infra/local/python.ts';
import type { DemoContext } from './context.ts';

/** Writes flights to a CSV file. @returns its path */
export async function writeFlights(
  { files, signal }: DemoContext,
  name: string,
  ...options: string[]
): Promise<string> {
  const path = join(files, name);
  const script = join(checkout, 'demo', 'flights.py');
  await promisify(execFile)(venvPython, [script, '--out', path, ...options], { signal });
  return path;
}

export type FlightRow = Readonly<Record<string, string | number | null>>;

/** A month's flights as an application asks about them: without knowing whether they will be late. One of every `every`. */
export async function flightRows(context: DemoContext, month: number, every = 1): Promise<readonly FlightRow[]> {
  const path = await writeFlights(context, `requests-${month}.csv`, '--month', String(month));
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  // Not one field of this source holds a comma or a quote.
  const columns = header.split(',');
  return lines
    .filter((_, i) => i % every === 0)
    .map((line) => {
      const values = line.split(',');
      const fields = columns.map((column, i) => [column, typed(column, values[i] ?? '')] as const);
      return Object.fromEntries(fields.filter(([column]) => column !== 'late'));
    });
}

const TEXTS = new Set(['carrier', 'tailnum', 'origin', 'dest']);
const typed = (column: string, value: string) => (value === '' ? null : TEXTS.has(column) ? value : Number(value));

/** The mistake that we plant: a source upstream changes its unit, and says so to nobody. */
export const inKilometres = (row: FlightRow): FlightRow => ({ ...row, distance: Number(row.distance) * 1.609344 });
