import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contractHash, DefinitionError, parseDefinition } from '../../../shared/domain/definition/parse-definition.ts';

const GOOD = `name: shop
task: binary
target: bought
id: order
columns:
  order: { type: integer, feature: false }
  price: { type: number, min: 0, max: 10, nullable: true }
  bought: { type: boolean }
metric: auc
candidates:
  - name: a
  - name: b
gates:
  - { metric: auc, min: 0.6 }
`;
const parse = (text: string) => parseDefinition(text, 'models/shop/model.yaml');

/** `path (line): message` of each problem. */
function problems(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    for (const p of error.problems) expect(error.message).toContain(`models/shop/model.yaml:${p.line}: `);
    return error.problems.map((p) => `${p.path} (${p.line}): ${p.message}`);
  }
  throw new Error('it was accepted');
}

test('a definition gets its defaults', () => {
  const definition = parse(GOOD);
  expect(definition).toMatchObject({
    id: ['order'],
    data: { mode: 'append', maxRows: 20_000_000 },
    split: { test: 0.2, validation: 0.1 },
    training: { image: 'sagemaker-xgboost:3.2-0' },
    evaluation: { minTestRows: 200, margin: 0, notComparable: 'keep' },
  });
  expect(definition.columns.bought).toEqual({ type: 'boolean', nullable: false, feature: true });
});

test.each<[string, [string, string], string[]]>([
  ['an unknown field', ['metric: auc', 'metric: auc\nmetirc: auc'], ['metirc (10): there is no such field']],
  ['an unknown field inside', ['min: 0,', 'mni: 0,'], ['columns.price.mni (7): there is no such field']],
  ['a field that is missing', ['target: bought\n', ''], ['target (1): is missing']],
  ['a range upside down', ['min: 0, max: 10', 'min: 10, max: 0'], ['columns.price (7): min is above max']],
  ['an unknown type', ['type: number', 'type: decimal'], ['columns.price.type (7): ']],
  ['a name that SQL would not like', ['  price:', '  "pri ce":'], ['columns.pri ce (7): a column name has letters']],
  ['a target that is no column', ['target: bought', 'target: sold'], ['target (3): "sold" is not among the columns']],
  [
    'a cooldown whose end is no date',
    ['metric: auc', 'metric: auc\nmonitoring: { retrain: { cooldownHours: 1e10 } }'],
    ['monitoring.retrain.cooldownHours (10): '],
  ],
  [
    'a target that may be null',
    ['{ type: boolean }', '{ type: boolean, nullable: true }'],
    ['columns.bought.nullable (8): the target cannot be nullable'],
  ],
  ['an id that is no column', ['id: order', 'id: [order, shop]'], ['id.1 (4): "shop" is not among the columns']],
  [
    'an id that may be null',
    ['feature: false', 'nullable: true'],
    ['columns.order.nullable (6): a column of the id cannot be nullable'],
  ],
  ['two candidates of one name', ['name: b', 'name: a'], ['candidates (10): two candidates have the same name']],
  [
    'a metric of another task',
    ['metric: auc\n', 'metric: rmse\n'],
    ['metric (9): the metrics of a binary model are auc'],
  ],
  [
    'a gate of another task',
    ['metric: auc, min', 'metric: mae, min'],
    ['gates.0.metric (14): the metrics of a binary model are auc'],
  ],
  ['a gate without a limit', [', min: 0.6', ''], ['gates.0 (14): a gate needs a min or a max']],
  ['no feature', ['nullable: true', 'feature: false'], ['columns (5): no column is a feature']],
  [
    'a split that leaves nothing',
    ['metric: auc\n', 'metric: auc\nsplit: { test: 0.6, validation: 0.5 }\n'],
    ['split (10): test and validation leave nothing'],
  ],
  ['a name that SageMaker refuses', ['name: shop', 'name: Shop_1'], ['name (1): a model name is']],
  ['a field twice', ['task: binary', 'task: binary\ntask: binary'], [' (3): Map keys must be unique']],
  ['broken YAML', ['{ type: boolean }', '{ type: boolean'], [' (9): ']],
])('%s', (_, [from, to], expected) => {
  expect(GOOD).toContain(from);
  const found = problems(GOOD.replace(from, to));
  for (const [i, start] of expected.entries()) expect(found[i]?.startsWith(start), found.join('\n')).toBe(true);
});

test('all mistakes are told at once', () => {
  expect(problems('name: 5\ntask: binary\nfoo: 1\nbar: 2\n').length).toBeGreaterThanOrEqual(5);
});

test.each(['', '[]', 'null', '- a', '"text"'])('%s is no definition', (text) => {
  expect(() => parse(text)).toThrow(DefinitionError);
});

test('aliases of aliases are refused before they grow', () => {
  const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
  expect(() => parse(bomb.join('\n'))).toThrow(DefinitionError);
});

test('the contract hash hangs on what uploads are held to, and on nothing else', () => {
  const hash = (text: string) => contractHash(parse(text));
  const same = [
    GOOD.replace('- name: b', '- name: c'),
    GOOD.replace('min: 0.6', 'min: 0.9'),
    `${GOOD}deployment: { instances: 3 }\n`,
    GOOD.replace('min: 0, max: 10', 'max: 10, min: 0'),
    `# a comment\n${GOOD}`,
  ];
  const other = [
    GOOD.replace('max: 10', 'max: 11'),
    GOOD.replace(', nullable: true', ''),
    `${GOOD}split: { test: 0.3 }\n`,
    `${GOOD}data: { maxRows: 5 }\n`,
  ];
  expect(new Set([GOOD, ...same].map(hash)).size).toBe(1);
  expect(new Set([GOOD, ...other].map(hash)).size).toBe(1 + other.length);
});

test('the example model is a definition', () => {
  const definition = parseDefinition(readFileSync('models/flight-delay/model.yaml', 'utf8'), 'model.yaml');
  expect(definition.name).toBe('flight-delay');
  expect(definition.candidates).toHaveLength(2);
});
