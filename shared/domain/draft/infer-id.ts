import { columnOf } from './column-of.ts';
import { type DraftColumn, DraftError, type DraftOptions } from './draft.ts';
import { soundsLikeId, unreadable } from './infer-column.ts';
import type { Sample, SampleColumn } from './sample.ts';

interface DraftId {
  readonly columns: readonly string[];
  readonly why: string;
  readonly warnings: readonly string[];
}

const BY_HASH =
  'the hash of the whole row identifies it, so a row that appears twice, in one upload or in two, counts twice';

/** What names a row: as asked for, else what is different in every row and looks like a name. @throws DraftError, UnknownColumnError */
export const inferId = (sample: Sample, options: DraftOptions): DraftId => {
  const id = options.id ? askedId(sample, options.id, options.target) : likelyId(sample, options.target);
  const repeated = sample.columns
    .map((c) => c.name)
    .filter((name) => soundsLikeId(name) && name !== options.target && !id.columns.includes(name));
  const warnings = repeated.map(
    (name) =>
      `${name} sounds like an identifier: if rows with the same one belong together, set split: { group: ${name} }`,
  );
  return { ...id, warnings };
};

const askedId = (sample: Sample, id: readonly string[], target: string): Omit<DraftId, 'warnings'> => {
  for (const name of id) {
    const { nulls, firstNull } = columnOf(sample, name, 'id');
    if (name === target) throw new DraftError(`the target ${target} cannot identify a row`);
    if (nulls > 0)
      throw new DraftError(`${name} cannot identify rows: it is empty in ${nulls} of them, the first in ${firstNull}`);
  }
  return { columns: id, why: id.length > 0 ? 'as asked for' : `as asked for: ${BY_HASH}` };
};

const likelyId = (sample: Sample, target: string): Omit<DraftId, 'warnings'> => {
  const unique = sample.columns.filter((c) => c.name !== target && isUnique(c, sample.rows));
  const named = unique.find((c) => soundsLikeId(c.name));
  if (named) return { columns: [named.name], why: 'by its name, and no two rows have the same one' };
  const dated = unique.find((c) => c.readings.string?.dates);
  if (dated) return { columns: [dated.name], why: 'every row has a date or time of its own' };
  const counting = unique.find((c) => counts(c, sample.rows));
  if (counting)
    return { columns: [counting.name], why: 'it numbers the rows: it identifies them, and says nothing about them' };
  return {
    columns: [],
    why: `no column differs in every row and sounds like an identifier: ${BY_HASH}`,
  };
};

const isUnique = ({ nulls, readings: { integer, string } }: SampleColumn, rows: number): boolean =>
  nulls === 0 && rows > 1 && (integer ?? string)?.distinct === rows;

const counts = ({ readings: { integer } }: SampleColumn, rows: number): boolean =>
  integer?.min !== undefined && integer.max === integer.min + rows - 1;

export const idColumn = (column: SampleColumn): DraftColumn => {
  const { integer, number, boolean, string } = column.readings;
  const type =
    integer && !string?.leadingZeros ? 'integer' : string ? 'string' : number ? 'number' : boolean && 'boolean';
  if (!type) throw unreadable(column);
  return { column: { type, feature: false }, why: 'identifies the row' };
};
