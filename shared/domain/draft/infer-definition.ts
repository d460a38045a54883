import { COLUMN_NAME } from '../definition/columns.ts';
import { columnOf } from './column-of.ts';
import { type Draft, type DraftColumn, DraftError, type DraftOptions } from './draft.ts';
import { inferFeature } from './infer-column.ts';
import { idColumn, inferId } from './infer-id.ts';
import { inferTarget } from './infer-target.ts';
import { inferLearning } from './learning.ts';
import type { Sample, Suspect } from './sample.ts';
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
  const id = inferId(sample, options);
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

const isName = (name: string): boolean => COLUMN_NAME.test(name) && !name.startsWith('__');

const expectNames = ({ columns }: Sample): void => {
  const found = columns.map((c) => c.name);
  const wrong = found.filter((name) => !isName(name));
  if (wrong.length === 0) return;
  const names = plainNames(found);
  const one = wrong.length === 1;
  throw new DraftError(`${one ? 'a column has a name' : 'columns have names'} that model.yaml cannot have`, {
    details: wrong.map((name) => `"${name}": ${names[found.indexOf(name)]}, for example`),
    todo: [
      `rename ${one ? 'it' : 'them'} in the file, and in every upload: letters, digits and underscores, at most 63, not beginning with __`,
    ],
    names,
  });
};

/** A name for each column, those kept that can be: no two are the same, in upper or lower case. */
const plainNames = (found: readonly string[]): readonly string[] => {
  const taken = new Set(found.filter(isName).map((name) => name.toLowerCase()));
  return found.map((name) => {
    if (isName(name)) return name;
    const plain = plainName(name);
    let free = plain;
    for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${plain.slice(0, 59)}_${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
};

const nothingToLearnFrom = (columns: readonly (readonly [string, DraftColumn])[], target: string): DraftError =>
  new DraftError(`there is nothing to learn ${target} from: no column is a feature`, {
    details: columns.filter(([name]) => name !== target).map(([name, { why }]) => `${name}: ${why}`),
    todo: [`use a sample with columns that are known before ${listed([target])} is`],
  });
