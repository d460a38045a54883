import { open } from 'node:fs/promises';
import type { Contract } from '../../domain/definition/model-definition.ts';
import { BadFileError } from './bad-file.ts';
import { columnProblems } from './check-columns.ts';
import type { ColumnPlan } from './column-plan.ts';
import { tooManyRows } from './csv-scanner.ts';
import { planNative } from './plan-native.ts';
import type { Session } from './session.ts';
import { ident, text } from './sql.ts';
import { EMPTY, NO_ROWS, type Staged, type StageInput } from './staged.ts';
import { tooLarge } from './unpack.ts';

/** Stages a Parquet file. Its footer and the sizes of its texts are looked at before any row is unpacked. */
export async function stageParquet(session: Session, { path, contract, maxBytes }: StageInput): Promise<Staged> {
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
  await expectSize(session, file, contract, maxBytes);
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
        message: `column ${name} is ${type} in the file, but the contract wants ${column.type}: write it with that type`,
      })),
    );
  return plans.flatMap((p) => p.plan ?? []);
}

/** A dictionary makes one long text and twenty million references a small file: the texts are measured before they are unpacked. */
async function expectSize(session: Session, file: string, contract: Contract, maxBytes: number): Promise<void> {
  const texts = Object.entries(contract.columns).filter(([, column]) => column.type === 'string');
  if (texts.length === 0) return;
  const bytes = texts.map(([name]) => `coalesce(sum(strlen(${ident(name)})), 0)`).join(' + ');
  const [size] = await session.rows(`SELECT ${bytes} AS bytes FROM read_parquet(${file}, hive_partitioning = false)`);
  if (Number(size?.bytes) > maxBytes) throw new BadFileError(tooLarge(maxBytes));
}

/** DuckDB says "too small to be a Parquet file" and the like; what an uploader needs to know is simpler. */
export async function expectMagic(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new BadFileError(EMPTY);
    const magic = async (at: number) =>
      (await file.read(Buffer.alloc(4), 0, 4, Math.max(0, at))).buffer.toString('latin1');
    if ((await magic(0)) !== 'PAR1')
      throw new BadFileError({
        code: 'unreadable',
        message: 'the file is not a Parquet file: it does not start with PAR1',
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
