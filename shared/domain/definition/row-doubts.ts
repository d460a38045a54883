import { didYouMean } from '../did-you-mean.ts';
import { type Column, featureColumns, type ModelDefinition } from './model-definition.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Where a row is unlike any that the model can have learned from: a model answers all the same. What a model refuses (a value of
 * another type, an unknown field) is not among it.
 * @returns a sentence for each, in the order of the columns
 */
export const rowDoubts = (row: Row, definition: Pick<ModelDefinition, 'columns' | 'target'>): readonly string[] =>
  featureColumns(definition).flatMap((name) => {
    const column = definition.columns[name];
    const doubt = column && doubtOf(row[name], column);
    return doubt ? [`${name} ${doubt}`] : [];
  });

const doubtOf = (value: unknown, column: Column): string | undefined => {
  if (value === undefined || value === null)
    return column.nullable
      ? undefined
      : `is ${value === null ? 'null' : 'missing'}; the training data always has it, so the model treats it as unknown`;
  if (typeof value === 'number' && (column.type === 'integer' || column.type === 'number'))
    return outOfRange(value, column);
  if (typeof value === 'string' && column.type === 'string' && column.values && !column.values.includes(value)) {
    const meant = didYouMean(value, column.values);
    const hint = meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
    return `${JSON.stringify(value)} is not among the values in the training data${hint}; the model treats it as unknown`;
  }
  return undefined;
};

const outOfRange = (value: number, { min, max }: { min?: number | undefined; max?: number | undefined }) => {
  const [low, high] = [min !== undefined && value < min, max !== undefined && value > max];
  if (!low && !high) return undefined;
  if (min !== undefined && max !== undefined)
    return `${value} is outside ${min} to ${max}, the range that the training data keeps to`;
  return low
    ? `${value} is below ${min}, and the training data never is`
    : `${value} is above ${max}, and the training data never is`;
};
