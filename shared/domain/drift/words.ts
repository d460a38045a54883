import { cut } from '../cut.ts';
import type { ColumnDrift } from './column-drift.ts';

type Found = Omit<ColumnDrift, 'words'>;

/** Of a value, in a line that people read. */
const MOST_CHARACTERS = 40;

/** What became of a column, in one line with its figures. */
export const columnInWords = (found: Found): string => {
  const { before, now, psi, p } = found;
  const parts = [
    found.kind === 'numeric' ? meanInWords(found) : valuesInWords(found),
    ...(Math.abs(now.missing - before.missing) >= 0.001
      ? [`missing ${percent(before.missing)} → ${percent(now.missing)}`]
      : []),
    ...(found.newValues?.length ? [`new: ${found.newValues.map(valueInWords).join(', ')}`] : []),
    ...((found.newShare ?? 0) >= 0.001 ? [`new values: ${percent(found.newShare ?? 0)}`] : []),
    `PSI ${figure(psi)}`,
    `p ${p < 1e-300 ? '< 1e-300' : p < 0.001 ? p.toExponential(0) : figure(p)}`,
  ];
  return `${found.column}: ${parts.filter(Boolean).join(', ')}`;
};

const meanInWords = ({ before, now, sigmas }: Found): string => {
  const size = Math.abs(sigmas ?? 0);
  const written = size < HUGE ? size.toFixed(2) : size.toExponential(1);
  const moved = sigmas === undefined ? '' : ` (${sigmas < 0 ? '−' : '+'}${written}σ)`;
  return `mean ${figure(before.mean)} → ${figure(now.mean)}${moved}`;
};

/** The value whose share moved most. */
const valuesInWords = ({ before, now }: Found): string => {
  const values = new Set([...(before.top ?? []), ...(now.top ?? [])].map((t) => t.value));
  const share = (of: Found['before'], value: string) => of.top?.find((t) => t.value === value)?.share;
  const moves = [...values].flatMap((value) => {
    const [was, is] = [share(before, value), share(now, value)];
    return was === undefined || is === undefined ? [] : [{ value, was, is }];
  });
  const most = moves.sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was))[0];
  return most ? `${JSON.stringify(cut(most.value, MOST_CHARACTERS))} ${percent(most.was)} → ${percent(most.is)}` : '';
};

const valueInWords = ({ value, share }: { value: string; share: number }) =>
  `${JSON.stringify(cut(value, MOST_CHARACTERS))} ${percent(share)}`;

const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;

/** From here on, more digits than anybody reads. */
const HUGE = 1e15;

const figure = (x: number | null | undefined): string => {
  if (x === null || x === undefined) return 'none';
  if (Math.abs(x) >= HUGE) return x.toExponential(2);
  return Number(x.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 6 });
};
