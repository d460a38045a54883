import { formatOf, KNOWN_SUFFIXES, type UploadFormat } from '../../domain/data/upload-format.ts';
import type { Contract } from '../../domain/definition/model-definition.ts';
import type { RowsOrProblems } from '../../ports/data-engine.ts';
import { BadFileError } from './bad-file.ts';
import { checkLeaks } from './check-leaks.ts';
import { checkIds, checkTarget, checkValues } from './check-rows.ts';
import { MAX_PROBLEMS, ProblemList } from './problem-list.ts';
import { ROW_ID, rowId } from './row-id.ts';
import { type EngineOptions, ranOutOfMemory, type Session, withSession } from './session.ts';
import { ident, text } from './sql.ts';
import { stageUpload } from './stage-upload.ts';
import type { Staged } from './staged.ts';
import { tooLarge } from './unpack.ts';

export const DEFAULT_MAX_BYTES = 4 * 1024 ** 3;

/** See DataEngine.validate. */
export async function validate(
  options: EngineOptions,
  upload: { path: string; name: string },
  contract: Contract,
  rowsPath: string,
): Promise<RowsOrProblems> {
  const format = formatOf(upload.name);
  if (!format) return { ok: false, problems: [unknownFormat(upload.name)] };
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  try {
    return await withSession(options, [upload.path, rowsPath], (session) =>
      validateRows(session, { path: upload.path, format, contract, maxBytes, rowsPath }),
    );
  } catch (error) {
    if (error instanceof BadFileError) return { ok: false, problems: error.problems.slice(0, MAX_PROBLEMS) };
    if (ranOutOfMemory(error)) return { ok: false, problems: [tooLarge(maxBytes)] };
    throw error;
  }
}

async function validateRows(
  session: Session,
  input: { path: string; format: UploadFormat; contract: Contract; maxBytes: number; rowsPath: string },
): Promise<RowsOrProblems> {
  const { contract } = input;
  const problems = new ProblemList();
  const staged = await stageUpload(session, { ...input, problems });
  await session.run(typedView(staged, contract));
  await checkValues(session, staged, problems);
  await checkIds(session, staged, contract, problems);
  await checkTarget(session, contract, problems);
  if (problems.empty) await checkLeaks(session, contract, problems);
  if (!problems.empty) return { ok: false, problems: problems.all() };
  await session.run(
    `COPY (SELECT * EXCLUDE ("__row") FROM typed) TO ${text(input.rowsPath)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
  );
  const [written] = await session.rows('SELECT count(*) AS n FROM staged');
  return { ok: true, rows: Number(written?.n) };
}

/** The rows in the contract's types, with their id and their place in the file. */
function typedView(staged: Staged, contract: Contract): string {
  const columns = staged.plans.map((plan) => `${plan.typed} AS ${ident(plan.name)}`).join(', ');
  return `CREATE VIEW typed AS SELECT *, ${rowId(contract)} AS ${ident(ROW_ID)}
    FROM (SELECT rowid AS "__row", ${columns} FROM staged)`;
}

export const unknownFormat = (name: string) => ({
  code: 'unknown-format',
  message: `the name "${name.split('/').at(-1)}" does not end in one of ${KNOWN_SUFFIXES.join(', ')}: ${
    /\.xls[xmb]?$/i.test(name) ? 'save the sheet as CSV' : 'these are the supported formats'
  }`,
});
