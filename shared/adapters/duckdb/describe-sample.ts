import { formatOf } from '../../domain/data/upload-format.ts';
import type { Column } from '../../domain/definition/model-definition.ts';
import { MOST_VALUES, type Reading, type Sample, type SampleColumn } from '../../domain/draft/sample.ts';
import { SampleError } from '../../ports/sample-engine.ts';
import { BadFileError } from './bad-file.ts';
import type { ColumnPlan } from './column-plan.ts';
import { type EngineOptions, type Session, withSession } from './session.ts';
import { type SampleColumnPlan, type StagedSample, stageSample } from './stage-sample.ts';
import { readable } from './stage-upload.ts';
import { DEFAULT_MAX_BYTES, unknownFormat } from './validate.ts';

const TYPES: readonly Column['type'][] = ['boolean', 'integer', 'number', 'string'];

/** See SampleEngine.describe. A column fits a type when validation would refuse none of its values. */
export async function describeSample(options: EngineOptions, file: { path: string; name: string }): Promise<Sample> {
  const format = formatOf(file.name);
  if (!format) throw new SampleError([unknownFormat(file.name)]);
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  try {
    return await withSession(options, [file.path], async (session) => {
      const input = { path: file.path, format, maxBytes };
      const staged = await readable(session, input, () => stageSample(session, input));
      const [count] = await session.rows('SELECT count(*) AS n FROM staged');
      const columns: SampleColumn[] = [];
      for (const column of staged.columns) columns.push(await describeColumn(session, staged, column));
      return { rows: Number(count?.n), typed: format.layout !== 'csv', columns };
    });
  } catch (error) {
    if (error instanceof BadFileError) throw new SampleError(error.problems);
    throw error;
  }
}

async function describeColumn(
  session: Session,
  { place }: StagedSample,
  { name, fileType, plan }: SampleColumnPlan,
): Promise<SampleColumn> {
  const plans = TYPES.flatMap((type) => {
    const found = plan({ type, nullable: true, feature: true });
    return found ? [{ type, plan: found }] : [];
  });
  const readings: Partial<Record<Column['type'], Reading>> = {};
  for (const { type, plan: of } of plans)
    if (await fits(session, of))
      readings[type] = type === 'string' ? await texts(session, of) : await numbers(session, of, type);
  const raw = plans[0]?.plan.raw ?? 'NULL';
  const [nulls] = await session.rows(
    `SELECT count(*) AS n, min(rowid) AS first FROM staged WHERE ${plans.length > 0 ? `${raw} IS NULL` : 'false'}`,
  );
  return {
    name,
    nulls: Number(nulls?.n),
    ...(Number(nulls?.n) > 0 && { firstNull: place(Number(nulls?.first)) }),
    readings,
    ...(fileType !== undefined && { fileType }),
  };
}

async function fits(session: Session, { checks }: ColumnPlan): Promise<boolean> {
  if (checks.length === 0) return true;
  const wrong = checks.map(({ when }) => `coalesce(${when}, false)`).join(' OR ');
  const [found] = await session.rows(`SELECT count(*) AS n FROM staged WHERE ${wrong}`);
  return Number(found?.n) === 0;
}

async function numbers(session: Session, { typed }: ColumnPlan, type: Column['type']): Promise<Reading> {
  const of = type === 'boolean' ? `CAST(${typed} AS INTEGER)` : typed;
  const [found] = await session.rows(
    `SELECT count(DISTINCT ${of}) AS distinct_, min(${of}) AS min, max(${of}) AS max, count(${of}) AS n FROM staged`,
  );
  const distinct = Number(found?.distinct_);
  if (distinct === 0) return { distinct };
  const range = { min: Number(found?.min), max: Number(found?.max) };
  return { distinct, ...range, ...(type === 'boolean' && { values: await counted(session, typed) }) };
}

async function texts(session: Session, { typed }: ColumnPlan): Promise<Reading> {
  const [found] = await session.rows(
    `SELECT count(DISTINCT ${typed}) AS distinct_,
       coalesce(bool_and(regexp_matches(${typed}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]|$)')), false) AS dates,
       coalesce(bool_or(regexp_full_match(${typed}, '0[0-9]+')), false) AS zeros FROM staged`,
  );
  const distinct = Number(found?.distinct_);
  const facts = { distinct, dates: found?.dates === true, leadingZeros: found?.zeros === true };
  if (distinct > MOST_VALUES) return facts;
  return { ...facts, values: await counted(session, typed) };
}

async function counted(session: Session, typed: string): Promise<Reading['values']> {
  const values = await session.rows(
    `SELECT ${typed} AS v, count(*) AS n FROM staged WHERE ${typed} IS NOT NULL GROUP BY ALL ORDER BY n DESC, v`,
  );
  return values.map(({ v, n }) => ({ value: String(v), rows: Number(n) }));
}
