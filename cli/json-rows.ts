import { CommandError, EXIT } from './errors.ts';

export type Row = Readonly<Record<string, unknown>>;

/** `{"a": 1}` or `[{"a": 1}, …]`. @throws CommandError when it is neither */
export function rowsOfJson(text: string, source: string): readonly Row[] {
  const value = parsed(text, source);
  return Array.isArray(value) ? value.map((row, i) => asRow(row, `${source}, row ${i + 1}`)) : [asRow(value, source)];
}

/** JSON Lines: one object a line, empty lines left out. @throws CommandError that names the line */
export function rowsOfJsonLines(text: string, source: string): readonly Row[] {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, i) =>
      line.trim() === '' ? [] : [asRow(parsed(line, `${source}, line ${i + 1}`), `${source}, line ${i + 1}`)],
    );
  if (rows.length === 0) throw new CommandError(EXIT.usage, `${source} holds no rows`);
  return rows;
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(EXIT.usage, `${place}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function asRow(value: unknown, place: string): Row {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Row;
  throw new CommandError(EXIT.usage, `${place}: a row is a JSON object, with a value for each feature`);
}
