import { join } from 'node:path';
import type { Contract } from '../../domain/definition/model-definition.ts';
import { BadFileError } from './bad-file.ts';
import { columnProblems } from './check-columns.ts';
import { type ColumnPlan, planText } from './column-plan.ts';
import { CsvScanner } from './csv-scanner.ts';
import { JsonLinesScanner } from './json-lines-scanner.ts';
import { LineMap } from './line-map.ts';
import { ranOutOfMemory, type Session } from './session.ts';
import { text } from './sql.ts';
import { stageJsonLines } from './stage-json-lines.ts';
import { stageParquet } from './stage-parquet.ts';
import { EMPTY, NO_ROWS, type Staged, type StageInput } from './staged.ts';
import { tooLarge, unpack } from './unpack.ts';

/** @throws BadFileError when no rows can be had from the file */
export async function stageUpload(session: Session, input: StageInput): Promise<Staged> {
  const stage = { csv: stageCsv, parquet: stageParquet, 'json-lines': stageLines }[input.format.layout];
  return readable(session, input, () => stage(session, input));
}

/** What DuckDB says of a file that it cannot read, as a problem of the file. @throws BadFileError */
export async function readable<T>(
  session: Session,
  input: Pick<StageInput, 'path' | 'format' | 'maxBytes'>,
  stage: () => Promise<T>,
): Promise<T> {
  try {
    return await stage();
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
  await readPlainCsv(session, plain, header);
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

/** Makes the table `staged` of what CsvScanner passed on: every column is text. */
export async function readPlainCsv(session: Session, plain: string, header: readonly string[]): Promise<void> {
  const columns = header.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  await session.run(
    `CREATE TABLE staged AS SELECT * FROM read_csv(${text(plain)}, auto_detect = false, header = false, delim = ',',
       quote = '"', escape = '"', new_line = '\\n', strict_mode = true, columns = {${columns}})`,
  );
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
