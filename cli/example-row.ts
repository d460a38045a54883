import { type Column, featureColumns, type ModelDefinition } from '../shared/domain/definition/model-definition.ts';

/** A row that the model would take: for help texts, never for data. */
export const exampleRow = (definition: ModelDefinition): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    featureColumns(definition).flatMap((name) => {
      const column = definition.columns[name];
      return column ? [[name, exampleValue(name, column)]] : [];
    }),
  );

function exampleValue(name: string, column: Column): unknown {
  switch (column.type) {
    case 'boolean':
      return true;
    case 'string':
      return column.values?.[0] ?? `some ${name}`;
    default: {
      const { min, max } = column;
      const middle = min !== undefined && max !== undefined ? (min + max) / 2 : (min ?? max ?? 0);
      if (column.type === 'integer') return Math.trunc(middle);
      const short = Number(middle.toPrecision(4));
      return short < (min ?? short) || short > (max ?? short) ? middle : short;
    }
  }
}
