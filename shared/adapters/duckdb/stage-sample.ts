import { join } from 'node:path';
import type { UploadFormat } from '../../domain/data/upload-format.ts';
import type { Column } from '../../domain/definition/model-definition.ts';
import { BadFileError } from './bad-file.ts';
import { type ColumnPlan, planText } from './column-plan.ts';
import { CsvScanner } from './csv-scanner.ts';
import { JsonLinesScanner } from './json-lines-scanner.ts';
import { LineMap } from './line-map.ts';
import { planNative } from './plan-native.ts';
import { cut, ProblemList } from './problem-list.ts';
import type { Session } from './session.ts';
import { ident, text } from './sql.ts';
import { JSON_TYPES, member } from './stage-json-lines.ts';
import { expectMagic } from './stage-parquet.ts';
import { readPlainCsv } from './stage-upload.ts';
import { EMPTY, NO_ROWS } from './staged.ts';
import { unpack } from './unpack.ts';

/** A sample's rows in the table `staged`, and how each column could be read. */
export interface StagedSample {
  readonly columns: readonly SampleColumnPlan[];
  readonly place: (row: number) => string;
}

export interface SampleColumnPlan {
  readonly name: string;
  readonly fileType?: string;
  /** @returns undefined when no value of the file's type can be read as this one */
  readonly plan: (column: Column) => ColumnPlan | undefined;
}

interface SampleFile {
  readonly path: string;
  readonly format: UploadFormat;
  readonly maxBytes: number;
}

const ANY_NUMBER_OF_ROWS = Number.MAX_SAFE_INTEGER;

/** @throws BadFileError */
export const stageSample = (session: Session, file: SampleFile): Promise<StagedSample> =>
  ({ csv: stageCsv, parquet: stageParquet, 'json-lines': stageLines })[file.format.layout](session, file);

async function stageCsv(session: Session, { path, format, maxBytes }: SampleFile): Promise<StagedSample> {
  const [lines, problems] = [new LineMap(), new ProblemList()];
  const scanner = new CsvScanner(problems, lines, ANY_NUMBER_OF_ROWS);
  const plain = join(session.directory, 'sample.csv');
  await unpack(path, plain, scanner, { gzipped: format.gzipped, maxBytes });
  const { header } = scanner;
  if (!header) throw new BadFileError(EMPTY);
  expectNames(header, 'line 1');
  if (!problems.empty) throw new BadFileError(...problems.all());
  if (scanner.records === 0) throw new BadFileError(NO_ROWS);
  await readPlainCsv(session, plain, header);
  return {
    columns: header.map((name) => ({ name, plan: (column) => planText(name, column) })),
    place: (row) => `line ${lines.lineOf(row)}`,
  };
}

async function stageLines(session: Session, { path, format, maxBytes }: SampleFile): Promise<StagedSample> {
  const lines = new LineMap();
  const scanner = new JsonLinesScanner(lines, ANY_NUMBER_OF_ROWS);
  const plain = join(session.directory, 'sample.jsonl');
  await unpack(path, plain, scanner, { gzipped: format.gzipped, maxBytes });
  if (scanner.records === 0) throw new BadFileError(EMPTY);
  await session.run(
    `CREATE TABLE documents AS SELECT json FROM read_ndjson_objects(${text(plain)}, ignore_errors = true)`,
  );
  const [broken] = await session.rows(
    `SELECT rowid AS row FROM documents WHERE json IS NULL OR json_type(json) <> 'OBJECT' ORDER BY rowid LIMIT 1`,
  );
  if (broken) {
    const line = lines.lineOf(Number(broken.row));
    const message = `line ${line} is not a JSON object: write {"column": value, …}, one per line`;
    throw new BadFileError({ code: 'bad-json', line, message });
  }
  const found = await session.rows(
    `WITH keys AS (SELECT rowid AS row, json_keys(json) AS ks FROM documents)
     SELECT k AS name FROM (SELECT row, unnest(ks) AS k, generate_subscripts(ks, 1) AS i FROM keys)
     GROUP BY k ORDER BY min((row, i))`,
  );
  const names = found.map((f) => String(f.name));
  expectNames(names, 'the first lines');
  const types = await Promise.all(names.map((name) => jsonTypes(session, name)));
  await session.run(
    `CREATE TABLE staged AS SELECT ${names.map((n) => `json_extract_string(json, ${member(n)}) AS ${ident(n)}`).join(', ')} FROM documents`,
  );
  return {
    columns: names.map((name, i) => ({
      name,
      fileType: [...new Set(types[i]?.map((t) => JSON_WORDS[t] ?? t.toLowerCase()))].join(' or '),
      plan: (column) =>
        types[i]?.every((t) => JSON_TYPES[column.type].includes(t)) ? planText(name, column) : undefined,
    })),
    place: (row) => `line ${lines.lineOf(row)}`,
  };
}

/** DuckDB's names of JSON's types, for people. */
const JSON_WORDS: Readonly<Record<string, string>> = {
  ...{ BIGINT: 'integer', UBIGINT: 'integer', HUGEINT: 'integer', DOUBLE: 'number', VARCHAR: 'string' },
};

async function jsonTypes(session: Session, name: string): Promise<string[]> {
  const found = await session.rows(
    `SELECT DISTINCT json_type(json, ${member(name)}) AS t FROM documents WHERE t IS NOT NULL AND t <> 'NULL' ORDER BY t`,
  );
  return found.map((f) => String(f.t));
}

async function stageParquet(session: Session, { path }: SampleFile): Promise<StagedSample> {
  await expectMagic(path);
  const rows = `read_parquet(${text(path)}, hive_partitioning = false)`;
  const described = await session.rows(`DESCRIBE SELECT * FROM ${rows}`);
  expectNames(
    described.map((d) => String(d.column_name)),
    'the file',
  );
  await session.run(`CREATE TABLE staged AS SELECT * FROM ${rows}`);
  const [count] = await session.rows('SELECT count(*) AS n FROM staged');
  if (Number(count?.n) === 0) throw new BadFileError(NO_ROWS);
  return {
    columns: described.map(({ column_name, column_type }) => ({
      name: String(column_name),
      fileType: String(column_type),
      plan: (column) => planNative(String(column_name), column, String(column_type)),
    })),
    place: (row) => `row ${row + 1}`,
  };
}

/** Names without which no table can be made; which of them a definition can have is the domain's matter. */
function expectNames(names: readonly string[], where: string): void {
  const delimiter = names.length === 1 ? [';', '\t', '|'].find((d) => names[0]?.includes(d)) : undefined;
  if (delimiter)
    throw new BadFileError({
      code: 'wrong-delimiter',
      line: 1,
      message: `the header is separated by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`}: separate the columns with commas`,
    });
  const lower = names.map((n) => n.toLowerCase());
  const doubled = names.find((_, i) => lower.indexOf(lower[i] ?? '') < i);
  if (doubled !== undefined)
    throw new BadFileError({
      code: 'doubled-column',
      column: cut(doubled),
      message: `${where}: column ${cut(doubled) || '(without a name)'} appears more than once (upper and lower case are not told apart): keep one of them`,
    });
  if (names.includes(''))
    throw new BadFileError({
      code: 'unnamed-column',
      message: `${where}: column ${names.indexOf('') + 1} has no name: give it one, or leave it out (many tools write the row's number there; to avoid it: df.to_csv(…, index=False))`,
    });
}
