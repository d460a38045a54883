import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleRow } from '../../../cli/example-row.ts';
import { featureColumns, modelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import { parseDefinition } from '../../../shared/domain/definition/parse-definition.ts';
import { rowDoubts } from '../../../shared/domain/definition/row-doubts.ts';
import { modelloop } from './terminal.ts';

const FLIGHTS = 'models/flight-delay/model.yaml';
const flights = parseDefinition(readFileSync(FLIGHTS, 'utf8'), FLIGHTS);

it('an example row has a plausible value of every feature', () => {
  const definition = modelDefinition.parse({
    ...{ name: 'm', task: 'binary', target: 'y', metric: 'auc' },
    columns: {
      size: { type: 'number', min: 1000.01, max: 1000.02 },
      town: { type: 'string' },
      kind: { type: 'string', values: ['a', 'b'] },
      y: { type: 'boolean' },
    },
  });
  expect(exampleRow(definition)).toEqual({ size: 1000.015, town: 'some town', kind: 'a' });
  expect(rowDoubts(exampleRow(definition), definition)).toEqual([]);
});

it('the row in predict’s help is one that the model of this repository takes, with every feature', async () => {
  const { stdout } = await modelloop(['predict', '--help']);
  const row = JSON.parse(/--data '(\{.*\})'/.exec(stdout)?.[1] ?? 'null');
  expect(rowDoubts(row, flights)).toEqual([]);
  expect(Object.keys(row).sort()).toEqual([...featureColumns(flights)].sort());
});
