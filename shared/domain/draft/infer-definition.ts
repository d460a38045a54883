import { COLUMN_NAME } from '../definition/columns.ts';
import type { Sample, SampleColumn, Suspect } from '../sample.ts';
import { type Draft, type DraftColumn, DraftError, type DraftOptions } from './draft.ts';
import { inferFeature, soundsLikeId, unreadable } from './infer-column.ts';
import { inferTarget } from './infer-target.ts';
import { inferLearning } from './learning.ts';
import { listed } from './words.ts';

/**
 * A definition for models of a sample's target. What it says of columns holds for every row of the sample.
 * @param suspects features that tell the target (nearly) alone, as far as they are known
 * @throws DraftError
 */
export const inferDefinition = (sample: Sample, options: DraftOptions, suspects: readonly Suspect[] = []): Draft => {
  expectNames(sample);
  const target = columnOf(sample, options.target, 'target');
  const answer = inferTarget(sample, target, options.task);
  const id = idOf(sample, options);
  const columns = sample.columns.map((column): readonly [string, DraftColumn] => {
    if (column.name === options.target) return [column.name, answer];
    if (id.columns.includes(column.name)) return [column.name, idColumn(column)];
    const suspect = suspects.find((s) => s.column === column.name);
    return [column.name, inferFeature(column, sample.rows, suspect)];
  });
  const features = columns.filter(([name, { column }]) => name !== options.target && column.feature !== false);
  if (features.length === 0) throw nothingToLearnFrom(columns, options.target);
  const learning = inferLearning(sample.rows, answer);
  return {
    definition: {
      ...{ name: options.name, task: answer.task, target: options.target, id: [...id.columns] },
      columns: Object.fromEntries(columns.map(([name, { column }]) => [name, column])),
      ...learning.fields,
      operations: { owner: options.owner },
    },
    why: {
      ...{ task: answer.whyTask, id: id.why, ...learning.why },
      ...Object.fromEntries(columns.map(([name, { why }]) => [`columns.${name}`, why])),
    },
    warnings: [...columns.flatMap(([, { warning }]) => warning ?? []), ...id.warnings, ...learning.warnings],
  };
};

/** The name, in letters that a definition can have. */
export const plainName = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 63);
  return /^[A-Za-z]/.test(plain) ? plain : `c_${plain}`.slice(0, 63);
};

const expectNames = ({ columns }: Sample): void => {
  const wrong = columns.map((c) => c.name).filter((name) => !COLUMN_NAME.test(name) || name.startsWith('__'));
  if (wrong.length === 0) return;
  throw new DraftError(
    `${wrong.length === 1 ? 'a column has a name' : 'columns have names'} that a definition cannot have`,
    {
      details: wrong.map((name) => `"${name}": ${plainName(name)}, for example`),
      todo: [
        'rename them in the file, and in every upload: letters, digits and underscores, at most 63, not __ in front',
      ],
    },
  );
};

const columnOf = ({ columns }: Sample, name: string, what: string): SampleColumn => {
  const found = columns.find((c) => c.name === name);
  if (found) return found;
  throw new UnknownColumnError(
    what,
    name,
    columns.map((c) => c.name),
  );
};

/** A column that was asked for and is not there. */
export class UnknownColumnError extends Error {
  override readonly name = 'UnknownColumnError';
  readonly asked: string;
  readonly known: readonly string[];
  constructor(what: string, asked: string, known: readonly string[]) {
    super(`the sample has no column "${asked}" for the ${what}`);
    this.asked = asked;
    this.known = known;
  }
}

interface DraftId {
  readonly columns: readonly string[];
  readonly why: string;
  readonly warnings: readonly string[];
}

const idOf = (sample: Sample, options: DraftOptions): DraftId => {
  const id = options.id ? askedId(sample, options.id, options.target) : likelyId(sample, options.target);
  const repeated = sample.columns
    .map((c) => c.name)
    .filter((name) => soundsLikeId(name) && name !== options.target && !id.columns.includes(name));
  const warnings = repeated.map(
    (name) => `${name} sounds like a name of something: rows of it that belong together want split: { group: ${name} }`,
  );
  return { ...id, warnings };
};

const askedId = (sample: Sample, id: readonly string[], target: string): Omit<DraftId, 'warnings'> => {
  for (const name of id) {
    const { nulls, firstNull } = columnOf(sample, name, 'id');
    if (name === target) throw new DraftError(`the target ${target} cannot name a row`);
    if (nulls > 0)
      throw new DraftError(`${name} cannot name rows: it is empty in ${nulls} of them, the first in ${firstNull}`);
  }
  return { columns: id, why: id.length > 0 ? 'as asked for' : 'as asked for: the hash of the whole row names it' };
};

const likelyId = (sample: Sample, target: string): Omit<DraftId, 'warnings'> => {
  const unique = sample.columns.filter((c) => c.name !== target && isUnique(c, sample.rows));
  const named = unique.find((c) => soundsLikeId(c.name));
  if (named) return { columns: [named.name], why: 'by its name, and no two rows have the same' };
  const dated = unique.find((c) => c.readings.string?.dates);
  if (dated) return { columns: [dated.name], why: 'every row has a date or time of its own' };
  const counting = unique.find((c) => counts(c, sample.rows));
  if (counting)
    return { columns: [counting.name], why: 'it counts the rows: it names them, and says nothing about them' };
  return {
    columns: [],
    why: 'no column is different in every row and sounds like a name: the hash of the whole row names it',
  };
};

const isUnique = ({ nulls, readings: { integer, string } }: SampleColumn, rows: number): boolean =>
  nulls === 0 && rows > 1 && (integer ?? string)?.distinct === rows;

const counts = ({ readings: { integer } }: SampleColumn, rows: number): boolean =>
  integer?.min !== undefined && integer.max === integer.min + rows - 1;

const idColumn = (column: SampleColumn): DraftColumn => {
  const { integer, number, boolean, string } = column.readings;
  const type =
    integer && !string?.leadingZeros ? 'integer' : string ? 'string' : number ? 'number' : boolean && 'boolean';
  if (!type) throw unreadable(column);
  return { column: { type, feature: false }, why: 'names the row' };
};

const nothingToLearnFrom = (columns: readonly (readonly [string, DraftColumn])[], target: string): DraftError =>
  new DraftError(`there is nothing to learn ${target} from: no column is a feature`, {
    details: columns.filter(([name]) => name !== target).map(([name, { why }]) => `${name}: ${why}`),
    todo: [`bring a sample with columns that are known before ${listed([target])} is`],
  });
