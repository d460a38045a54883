import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../../domain/model-definition.ts';
import { BadFileError } from './bad-file.ts';
import { columnProblems } from './check-columns.ts';
import { type ColumnPlan, planNative, planText } from './column-plan.ts';
import { CsvScanner, tooManyRows } from './csv-scanner.ts';
import { JsonLinesScanner } from './json-lines-scanner.ts';
import { LineMap } from './line-map.ts';
import type { ProblemList } from './problem-list.ts';
import { ranOutOfMemory, type Session } from './session.ts';
import { ident, text } from './sql.ts';
import { stageJsonLines } from './stage-json-lines.ts';
import { tooLarge, unpack } from './unpack.ts';
import type { UploadFormat } from './upload-format.ts';

/** An upload's rows in the table `staged`, in the order of the file (`rowid` counts from 0), and how each column is to be read. */
export interface Staged {
  readonly plans: readonly ColumnPlan[];
  /** Where a row stands: an editor's line for text, the row's number for Parquet. */
  place(row: number): { readonly line?: number; readonly words: string };
}

export interface StageInput {
  readonly path: string;
  readonly format: UploadFormat;
  readonly contract: Contract;
  readonly maxBytes: number;
  /** Problems that leave the other rows readable are added here; others throw. */
  readonly problems: ProblemList;
}

/** @throws BadFileError when no rows can be had from the file */
export async function stageUpload(session: Session, input: StageInput): Promise<Staged> {
  const stage = { csv: stageCsv, parquet: stageParquet, 'json-lines': stageLines }[input.format.layout];
  try {
    return await stage(session, input);
  } catch (error) {
    if (error instanceof BadFileError || !(error instanceof Error) || 'code' in error) throw error;
    if (ranOutOfMemory(error)) throw new BadFileError(tooLarge(input.maxBytes));
    const [reason] = error.message.replaceAll(input.path, 'the file').replaceAll(session.directory, '').split('\n');
    throw new BadFileError({
      code: 'unreadable',
      message: `the file cannot be read as ${input.format.layout}: ${reason}`,
    });
  }
}

async function stageCsv(session: Session, { path, format, contract, maxBytes, problems }: StageInput): Promise<Staged> {
  const lines = new LineMap();
  const scanner = new CsvScanner(problems, lines, contract.maxRows);
  const plain = join(session.directory, 'upload.csv');
  await unpack(path, plain, scanner, { gzipped: format.gzipped, maxBytes });
  const { header } = scanner;
  if (!header) throw new BadFileError(EMPTY);
  const wrong = columnProblems(header, contract, 1);
  if (wrong.length > 0) throw new BadFileError(...wrong);
  if (scanner.records === 0) throw new BadFileError(...(problems.empty ? [NO_ROWS] : problems.all()));
  const columns = header.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  await session.run(
    `CREATE TABLE staged AS SELECT * FROM read_csv(${text(plain)}, auto_detect = false, header = false, delim = ',',
       quote = '"', escape = '"', new_line = '\\n', strict_mode = true, columns = {${columns}})`,
  );
  await expectRows(session, scanner.records);
  return { plans: textPlans(contract), place: lineOf(lines) };
}

async function stageLines(session: Session, input: StageInput): Promise<Staged> {
  const { path, format, contract, maxBytes, problems } = input;
  const lines = new LineMap();
  const scanner = new JsonLinesScanner(lines, contract.maxRows);
  const plain = join(session.directory, 'upload.jsonl');
  await unpack(path, plain, scanner, { gzipped: format.gzipped, maxBytes });
  if (scanner.records === 0) throw new BadFileError(EMPTY);
  await stageJsonLines(session, plain, contract, (row) => lines.lineOf(row), problems);
  await expectRows(session, scanner.records);
  return { plans: textPlans(contract), place: lineOf(lines) };
}

async function stageParquet(session: Session, { path, contract }: StageInput): Promise<Staged> {
  await expectMagic(path);
  const file = text(path);
  const [count] = await session.rows(`SELECT sum(num_rows) AS n FROM parquet_file_metadata(${file})`);
  if (Number(count?.n) > contract.maxRows) throw new BadFileError(tooManyRows(contract.maxRows));
  if (Number(count?.n) === 0) throw new BadFileError(NO_ROWS);
  const described = await session.rows(`DESCRIBE SELECT * FROM read_parquet(${file}, hive_partitioning = false)`);
  const found = described.map((d) => ({ name: String(d.column_name), type: String(d.column_type) }));
  const wrong = columnProblems(
    found.map((f) => f.name),
    contract,
  );
  if (wrong.length > 0) throw new BadFileError(...wrong);
  const plans = nativePlans(found, contract);
  const columns = Object.keys(contract.columns).map(ident).join(', ');
  await session.run(`CREATE TABLE staged AS SELECT ${columns} FROM read_parquet(${file}, hive_partitioning = false)`);
  return { plans, place: (row) => ({ words: `row ${row + 1}` }) };
}

function nativePlans(found: readonly { name: string; type: string }[], contract: Contract): ColumnPlan[] {
  const types = new Map(found.map((f) => [f.name, f.type]));
  const plans = Object.entries(contract.columns).map(([name, column]) => {
    const type = types.get(name) ?? '';
    return { name, column, type, plan: planNative(name, column, type) };
  });
  const misfits = plans.filter((p) => p.plan === undefined);
  if (misfits.length > 0)
    throw new BadFileError(
      ...misfits.map(({ name, column, type }) => ({
        code: 'wrong-type',
        column: name,
        message: `column ${name} is ${type} in the file, the contract wants ${column.type}: write it with that type`,
      })),
    );
  return plans.flatMap((p) => p.plan ?? []);
}

const textPlans = (contract: Contract): ColumnPlan[] =>
  Object.entries(contract.columns).map(([name, column]) => planText(name, column));

const lineOf = (lines: LineMap) => (row: number) => {
  const line = lines.lineOf(row);
  return { line, words: `line ${line}` };
};

/** The two readers must agree on what a row is, or the line numbers of problems would be wrong. */
async function expectRows(session: Session, expected: number): Promise<void> {
  const [found] = await session.rows('SELECT count(*) AS n FROM staged');
  if (Number(found?.n) !== expected) throw new Error(`${expected} rows were expected and ${found?.n} read`);
}

/** DuckDB says "too small to be a Parquet file" and the like; what an uploader needs to know is simpler. */
async function expectMagic(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new BadFileError(EMPTY);
    const magic = async (at: number) =>
      (await file.read(Buffer.alloc(4), 0, 4, Math.max(0, at))).buffer.toString('latin1');
    if ((await magic(0)) !== 'PAR1')
      throw new BadFileError({
        code: 'unreadable',
        message: 'the file is no Parquet file: it does not start with PAR1',
      });
    if ((await magic(size - 4)) !== 'PAR1')
      throw new BadFileError({
        code: 'unreadable',
        message: 'the Parquet file is cut off: it does not end with PAR1; upload it again',
      });
  } finally {
    await file.close();
  }
}

const EMPTY = { code: 'empty-file', message: 'the file is empty' };
const NO_ROWS = { code: 'no-rows', message: 'the file has column names but no rows' };
