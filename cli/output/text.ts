import { styleText } from 'node:util';
import Table from 'cli-table3';
import { printable } from '../../shared/domain/printable.ts';

/** Human output fits this many columns. */
export const WIDTH = 100;

type Format = Parameters<typeof styleText>[0];

/** How a text is dressed: with colours on a terminal, without them everywhere else; and what time it is. */
export interface Look {
  readonly colour: boolean;
  readonly now: Date;
}

export const paint = (look: Look, format: Format, text: string): string =>
  look.colour ? styleText(format, text, { validateStream: false }) : text;

/** The same value with every text in it, keys included, made printable. */
export function printableDeep<T>(value: T): T {
  const walk = (v: unknown): unknown => {
    if (typeof v === 'string') return printable(v);
    if (Array.isArray(v)) return v.map(walk);
    if (v !== null && typeof v === 'object')
      return Object.fromEntries(Object.entries(v).map(([k, inner]) => [printable(k), walk(inner)]));
    return v;
  };
  return walk(value) as T;
}

/** `10,432` */
export const count = (n: number): string => n.toLocaleString('en-US');

/** `1 row`, `2 rows` */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Enough of a hash to recognise it. */
export const brief = (hash: string): string => hash.slice(0, 12);

/** `auc 0.7312, logloss 0.4411`; at most four significant decimals. */
export const scoresText = (scores: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(scores)
    .filter(([, v]) => v !== undefined)
    .map(([metric, v]) => `${metric} ${numberText(v)}`)
    .join(', ');

export const numberText = (v: number | undefined): string =>
  v === undefined
    ? 'missing'
    : Math.abs(v) >= 1000 || Number.isInteger(v)
      ? count(v)
      : String(Number(v.toPrecision(4)));

/** Bytes as people read them: `0 B`, `1.5 kB`, `12 MB` (powers of 1,000). */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const n = bytes / 1000 ** power;
  return `${power > 0 && n < 10 ? n.toFixed(1) : Math.round(n)} ${units[power]}`;
}

/** Lines of at most `width` columns, broken between words where that is possible. The first may have colours. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    if (line !== undefined && plain(line).length + 1 + plain(word).length > width) {
      lines.push(line);
      line = undefined;
    }
    line = line === undefined ? word : `${line} ${word}`;
    for (; plain(line) === line && line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line ?? ''];
}

/** As `wrap`; what runs on is set under the value of a line such as `label     value`, else two columns in. */
export function hanging(text: string, width: number): string[] {
  const hang = (/^(?:\S+(?: \S+)?)? {2,}/.exec(plain(text)) ?? ['  '])[0].length;
  const [first = '', ...rest] = wrap(text, width);
  if (rest.length === 0) return [first];
  const more = wrap(text.slice(first.length).trimStart(), width - hang);
  return [first, ...more.map((line) => `${' '.repeat(hang)}${line}`)];
}

/** The text wrapped to `WIDTH`, all of it so far in. */
export const indented = (text: string, indent: number): string =>
  hanging(text, WIDTH - indent)
    .map((line) => `${' '.repeat(indent)}${line}`)
    .join('\n');

const PADDING = 2;

/** Widths that fit into `WIDTH`: the widest columns give way first. */
function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths = (rows[0] ?? []).map(
    (_, i) => Math.max(...rows.map((r) => Math.max(...(r[i] ?? '').split('\n').map((l) => plain(l).length)))) + PADDING,
  );
  while (widths.reduce((a, b) => a + b, 0) > WIDTH) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const COLOUR = /(\u001b\[[0-9;]*m)/g;
const plain = (text: string): string => text.replace(COLOUR, '');

/** One line of at most `width` columns; what is cut off is shown by an ellipsis. It may have colours. */
export function cut(text: string, width: number, filled?: 'padded'): string {
  const visible = plain(text).length;
  if (visible <= width) return filled ? text + ' '.repeat(width - visible) : text;
  let [seen, out] = [0, ''];
  for (const piece of text.split(COLOUR)) {
    if (piece.startsWith('\u001b')) out += piece;
    else {
      out += piece.slice(0, Math.max(0, width - 1 - seen));
      seen += piece.length;
    }
  }
  return `${out}…`;
}

/** A table without lines, wrapped to `WIDTH` columns. */
export function table(look: Look, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columnWidths([head, ...rows]);
  // Wrapped here: cli-table3 cuts colours in two, or cuts off words that are too long.
  const fitted = (cells: readonly string[]): string[] =>
    cells.map((cell, i) =>
      cell
        .split('\n')
        .flatMap((line) => wrap(line, (widths[i] ?? 0) - PADDING))
        .join('\n'),
    );
  const none = [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
  ];
  const lines = [...none, 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];
  const out = new Table({
    head: fitted(head).map((h) => paint(look, 'bold', h)),
    colWidths: widths,
    chars: Object.fromEntries(lines.map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': PADDING },
  });
  out.push(...rows.map(fitted));
  return out
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
