import type { ContractColumn } from '../data/data-report.ts';
import type { Column, ModelDefinition } from './model-definition.ts';

const MOST_NAMED = 20;

/** What a definition asks of each column, in words. */
export const contractColumns = (
  definition: Pick<ModelDefinition, 'columns' | 'target' | 'id'>,
): readonly ContractColumn[] =>
  Object.entries(definition.columns).map(([name, column]) => ({
    name,
    role: roleOf(name, column, definition),
    type: column.type,
    allowed: allowedOf(column),
    nullable: column.nullable,
  }));

const roleOf = (
  name: string,
  { feature }: Column,
  { target, id }: Pick<ModelDefinition, 'target' | 'id'>,
): ContractColumn['role'] => {
  if (name === target) return 'target';
  if (feature) return 'feature';
  return id.includes(name) ? 'id' : 'not a feature';
};

const allowedOf = (column: Column): string => {
  if (column.type === 'string') return column.values ? oneOf(column.values) : '';
  if (column.type === 'boolean') return '';
  const { min, max } = column;
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  return min !== undefined ? `at least ${min}` : max !== undefined ? `at most ${max}` : '';
};

const oneOf = (values: readonly string[]): string => {
  const more = values.length - MOST_NAMED;
  return `one of ${values.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
