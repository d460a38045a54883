import { join } from 'node:path';
import { type Contract, featureColumns } from '../../domain/definition/model-definition.ts';
import { PREPARED_FILES } from '../../domain/keys.ts';
import { ROW_ID } from './row-id.ts';
import { type EngineOptions, withSession } from './session.ts';
import { double, ident, text } from './sql.ts';

export type Side = 'train' | 'validation' | 'test';

/**
 * A row's place in [0, 1), as SQL. Frozen: with it, a row that one model was trained on would become a row that another is tested on.
 *
 *     u = (first 13 hex digits of sha256(key), as an integer) / 2^52
 *
 * u < test: test; u < test + validation: validation; else train.
 */
export function placeOf(contract: Pick<Contract, 'split'>): string {
  return `CAST(CAST('0x' || substr(sha256(${keyOf(contract)}), 1, 13) AS UBIGINT) AS DOUBLE) / 4503599627370496.0`;
}

/**
 * What rows that stay together have in common, as SQL: the row's `__id`; with `split.group` that column's value as JSON text (a row without
 * a group goes by its own id).
 */
export function keyOf({ split: { group } }: Pick<Contract, 'split'>): string {
  return group === undefined ? ident(ROW_ID) : `coalesce(CAST(to_json(${ident(group)}) AS VARCHAR), ${ident(ROW_ID)})`;
}

function sideOf(contract: Pick<Contract, 'split'>): string {
  const { test, validation } = contract.split;
  return `CASE WHEN u < ${double(test)} THEN 'test' WHEN u < ${double(test + validation)} THEN 'validation' ELSE 'train' END`;
}

/** See DataEngine.split. */
export async function split(
  options: EngineOptions,
  rowsPath: string,
  contract: Contract,
  directory: string,
): Promise<Record<Side, number>> {
  const path = (file: keyof typeof PREPARED_FILES) => join(directory, PREPARED_FILES[file]);
  const files = (['train', 'validation', 'test', 'testInput'] as const).map(path);
  return withSession(options, [rowsPath, ...files], async (session) => {
    const rows = `(SELECT *, ${placeOf(contract)} AS u FROM read_parquet(${text(rowsPath)}))`;
    await session.run(`CREATE VIEW sided AS SELECT * EXCLUDE (u), ${sideOf(contract)} AS "__side" FROM ${rows}`);
    const features = featureColumns(contract);
    const learned = [...features, contract.target, ROW_ID].map(ident).join(', ');
    const copy = (columns: string, side: Side, file: keyof typeof PREPARED_FILES, format: string) =>
      session.run(`COPY (SELECT ${columns} FROM sided WHERE "__side" = '${side}') TO ${text(path(file))} (${format})`);
    const parquet = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false';
    await copy(learned, 'train', 'train', parquet);
    await copy(learned, 'validation', 'validation', parquet);
    await copy('* EXCLUDE ("__side")', 'test', 'test', parquet);
    const members = features.map((c) => `${ident(c)} := ${ident(c)}`).join(', ');
    const line = `${ident(ROW_ID)} AS id, struct_pack(${members}) AS features`;
    await copy(line, 'test', 'testInput', 'FORMAT json, USE_TMP_FILE false');
    const counts = await session.rows('SELECT "__side" AS side, count(*) AS n FROM sided GROUP BY 1');
    const count = (side: Side) => Number(counts.find((c) => c.side === side)?.n ?? 0);
    return { train: count('train'), validation: count('validation'), test: count('test') };
  });
}
