import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PredictionsError } from '../../../shared/ports/data-engine.ts';
import { contractFor, workbench } from './engine-fixture.ts';

const BINARY = contractFor({ target: 'y', id: 'n', columns: { n: { type: 'integer' }, y: { type: 'boolean' } } });
const REGRESSION = contractFor({
  task: 'regression',
  metric: 'rmse',
  target: 'y',
  id: 'n',
  columns: { n: { type: 'integer' }, y: { type: 'number' } },
});

const FRUIT = ['apple', "pear's", 'fig "dried"', 'quince'];
const MULTICLASS = contractFor({
  task: 'multiclass',
  metric: 'logloss',
  target: 'y',
  id: 'n',
  columns: { n: { type: 'integer' }, y: { type: 'string', values: FRUIT } },
});

/** Test rows and predictions as they come out of the split and of the transform: [id, label, predictions…]. */
type Scored = readonly [id: string, label: number, ...predictions: unknown[]];

async function scored(rows: readonly Scored[], contract = BINARY) {
  using bench = workbench();
  const label = (y: number) =>
    ({ binary: y === 1, regression: `${y}::DOUBLE`, multiclass: `'${FRUIT[y]?.replaceAll("'", "''")}'` })[
      contract.task
    ];
  const values = rows.map(([id, y]) => `('${id}', ${label(y)})`);
  await bench.parquet('test.parquet', `SELECT * FROM (VALUES ${values.join(', ')}) AS t(__id, y)`);
  const lines = rows.flatMap(([id, , ...found]) =>
    found.map((answer) =>
      JSON.stringify({ id, SageMakerOutput: contract.task === 'multiclass' ? answer : { prediction: answer } }),
    ),
  );
  // The transform does not keep our order.
  writeFileSync(bench.path('out.jsonl'), `${lines.toReversed().join('\n')}\n`);
  return await bench.engine.score([bench.path('test.parquet')], [bench.path('out.jsonl')], contract);
}

const rows = (labels: readonly number[], predictions: readonly number[]): Scored[] =>
  labels.map((y, i) => [`[${i}]`, y, predictions[i]]);

// The constants come from numpy 2.1.0 and scipy 1.17.1:
//   pos, neg = p[y == 1], p[y == 0]; q = np.clip(p, 1e-15, 1 - 1e-15)
//   auc = scipy.stats.mannwhitneyu(pos, neg).statistic / (len(pos) * len(neg))
//   logloss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)); brier = np.mean((p - y) ** 2)
//   accuracy = np.mean((p >= .5) == y)
//   rmse = np.sqrt(np.mean((y - p) ** 2)); mae = np.mean(np.abs(y - p))
//   r2 = 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2)
describe('metrics', () => {
  test('binary, with ties and with probabilities of 0 and 1', async () => {
    const found = await scored(rows([0, 1, 0, 1, 1, 0, 0, 1, 0, 1], [0.1, 0.8, 0.35, 0.35, 0.6, 0.6, 0, 1, 0.5, 0.5]));
    expect(found.rows).toBe(10);
    expect(found.groups).toBeUndefined();
    expect(Object.keys(found.scores)).toEqual(['auc', 'logloss', 'brier', 'accuracy']);
    expect(found.scores.auc).toBeCloseTo(0.82, 12);
    expect(found.scores.logloss).toBeCloseTo(0.4622519824323207, 12);
    expect(found.scores.brier).toBeCloseTo(0.1615, 12);
    expect(found.scores.accuracy).toBeCloseTo(0.7, 12);
  });

  test('wrong with certainty: log loss is clipped', async () => {
    const { scores } = await scored(rows([0, 1], [1, 0]));
    expect(scores).toMatchObject({ auc: 0, brier: 1, accuracy: 0 });
    expect(scores.logloss).toBeCloseTo(34.53917619362578, 9);
  });

  test('one class only: there is no auc, and the rest is there', async () => {
    const { scores } = await scored(rows([1, 1], [0.5, 1]));
    expect(Object.keys(scores)).toEqual(['logloss', 'brier', 'accuracy']);
    expect(scores).toMatchObject({ brier: 0.125, accuracy: 1 });
  });

  test('one prediction for all rows tells nothing: auc 0.5', async () => {
    expect((await scored(rows([0, 1, 1], [0.2, 0.2, 0.2]))).scores.auc).toBe(0.5);
  });

  test('regression', async () => {
    const { scores } = await scored(rows([3, -1, 2.5, 7, 0], [2.5, 0, 2, 8, 0.5]), REGRESSION);
    expect(Object.keys(scores)).toEqual(['rmse', 'mae', 'r2']);
    expect(scores.rmse).toBeCloseTo(0.7416198487095663, 12);
    expect(scores.mae).toBeCloseTo(0.7, 12);
    expect(scores.r2).toBeCloseTo(0.9291237113402062, 12);
  });

  test('a target that is the same in every row: there is no r2', async () => {
    expect(Object.keys((await scored(rows([2, 2], [1, 3]), REGRESSION)).scores)).toEqual(['rmse', 'mae']);
  });

  test('an id that is there twice has two predictions: the nth belongs to the nth', async () => {
    const { scores, rows: n } = await scored([
      ['[0]', 1, 0.9],
      ['[1]', 0, 0.2],
      ['[1]', 0, 0.2],
    ]);
    expect(n).toBe(3);
    expect(scores.auc).toBe(1);
  });
});

test('with split.group: rows with the same value are one group, and a row without one is its own', async () => {
  using bench = workbench();
  const columns = { n: { type: 'integer' }, c: { type: 'string', nullable: true }, y: { type: 'boolean' } };
  const together = contractFor({ target: 'y', id: 'n', columns, split: { group: 'c' } });
  const rows = [
    ['[0]', "'b'"],
    ['[1]', 'NULL'],
    ['[2]', "'[1]'"],
    ['[3]', "'a'"],
    ['[4]', 'NULL'],
    ['[5]', "'b'"],
  ];
  const values = rows.map(([id, c]) => `('${id}', ${c}, ${id === '[0]'})`).toReversed();
  await bench.parquet('test.parquet', `SELECT * FROM (VALUES ${values.join(', ')}) AS t(__id, c, y)`);
  const lines = rows.map(([id]) => JSON.stringify({ id, SageMakerOutput: { prediction: 0.5 } }));
  writeFileSync(bench.path('out.jsonl'), lines.join('\n'));
  const { groups, labels } = await bench.engine.score(
    [bench.path('test.parquet')],
    [bench.path('out.jsonl')],
    together,
  );
  expect([...labels], 'the order of the ids').toEqual([1, 0, 0, 0, 0, 0]);
  expect(groups).toMatchObject({ by: 'c', count: 5 });
  const [b, none, one, a, other, b2] = groups?.ofRow ?? [];
  expect(b2).toBe(b);
  expect([none, one, a, other, b].toSorted()).toEqual([0, 1, 2, 3, 4]);
});

/** As a model of four kinds of fruit answers: the likeliest first place, and all probabilities. */
const told = (ps: readonly number[]) => ({
  prediction: FRUIT[ps.indexOf(Math.max(...ps))],
  probabilities: Object.fromEntries(ps.map((p, i) => [FRUIT[i], p])),
});

// numpy 2.1.0 and scikit-learn 1.8.0: logloss = -np.mean(np.log(np.clip(P, 1e-15, 1 - 1e-15)[rows, y])), accuracy_score(y, p),
// f1_score(y, p, labels=np.unique(y), average="macro")
describe('metrics of classes', () => {
  const labels = [0, 1, 2, 1, 0, 2, 2, 1, 0, 3];
  const answers = [
    [0.7, 0.2, 0.1, 0],
    [0.1, 0.8, 0.1, 0],
    [0.2, 0.2, 0.5, 0.1],
    [0.5, 0.4, 0.05, 0.05],
    [1, 0, 0, 0],
    [0, 0.25, 0.25, 0.5],
    [0.3, 0.3, 0.4, 0],
    [0.25, 0.25, 0.25, 0.25],
    [0, 0.9, 0.1, 0],
    [0.1, 0.1, 0.2, 0.6],
  ];

  test('with a truth that was given no chance, and classes of odd names', async () => {
    const rows = labels.map((y, i): Scored => [`[${i}]`, y, told(answers[i] as number[])]);
    const found = await scored(rows, MULTICLASS);
    expect(Object.keys(found.scores)).toEqual(['logloss', 'accuracy', 'macro_f1']);
    expect(found.scores.logloss).toBeCloseTo(4.092773788047765, 12);
    expect(found.scores.accuracy).toBeCloseTo(0.6, 12);
    expect(found.scores.macro_f1).toBeCloseTo(0.6095238095238095, 12);
    expect([...found.labels]).toEqual(labels);
    expect([...found.predictions]).toEqual([0, 1, 2, 0, 0, 3, 2, 0, 1, 3]);
    expect([...(found.ofTruth ?? [])]).toEqual(labels.map((y, i) => answers[i]?.[y]));
  });

  test('a class that is never true counts in no mean but as a mistake', async () => {
    const one = (i: number) => told([0, 1, 2, 3].map((c) => (c === i ? 1 : 0)));
    const [y, p] = [
      [0, 0, 1, 1, 1],
      [0, 2, 1, 0, 1],
    ];
    const { scores } = await scored(
      y.map((label, i): Scored => [`[${i}]`, label, one(p[i] as number)]),
      MULTICLASS,
    );
    expect(scores.macro_f1).toBeCloseTo(0.65, 12);
  });

  test.each<[string, unknown]>([
    ['a class that is not one', { ...told([1, 0, 0, 0]), prediction: 'grape' }],
    ['no probabilities', { prediction: 'apple' }],
    ['a class left out', { prediction: 'apple', probabilities: { apple: 1 } }],
    ['one class too many', { prediction: 'apple', probabilities: { ...told([1, 0, 0, 0]).probabilities, grape: 0 } }],
    ['a sum that is not 1', told([0.5, 0.4, 0, 0])],
    ['a negative one', told([1.1, -0.1, 0, 0])],
    ['a text', { prediction: 'apple', probabilities: { ...told([1, 0, 0, 0]).probabilities, quince: '0' } }],
    ['a number for the class', { ...told([1, 0, 0, 0]), prediction: 0 }],
  ])('refused: %s', async (_, answer) => {
    const rows: Scored[] = [
      ['[0]', 0, answer],
      ['[1]', 1, told([0.1, 0.8, 0.1, 0])],
    ];
    const error = await scored(rows, MULTICLASS).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PredictionsError);
    expect((error as Error).message).toMatch(
      /^1 predictions are not one of y's classes with the probability of each; the first is .* for the row \[0\]$/,
    );
  });
});

describe('predictions that cannot be scored', () => {
  test.each<[string, Scored[], RegExp]>([
    [
      'one is missing',
      [
        ['[0]', 1, 0.5],
        ['[1]', 0],
      ],
      /1 ids do not match.*\[1\], has no prediction/,
    ],
    [
      'one too many',
      [
        ['[0]', 1, 0.5, 0.6],
        ['[1]', 0, 0.1],
      ],
      /\[0\], has a prediction too many/,
    ],
    [
      'null',
      [
        ['[0]', 1, null],
        ['[1]', 0, 0.1],
      ],
      /1 predictions are not probabilities.*null for the row \[0\]/,
    ],
    [
      'a text',
      [
        ['[0]', 1, '0.5'],
        ['[1]', 0, 0.1],
      ],
      /"0.5" for the row \[0\]/,
    ],
    [
      'above 1',
      [
        ['[0]', 1, 1.5],
        ['[1]', 0, 0.1],
      ],
      /not probabilities.*1.5/,
    ],
  ])('%s', async (_, found, message) => {
    const error = await scored(found).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PredictionsError);
    expect((error as Error).message).toMatch(message);
  });

  test.each([
    '{"id":"[0]","SageMakerOutput":{"prediction":NaN}}',
    'Traceback',
    '{"SageMakerOutput":{"prediction":1}}',
    '{"id":"[0]"}',
  ])('a line %s', async (line) => {
    using bench = workbench();
    await bench.parquet('test.parquet', `SELECT '[0]' AS __id, true AS y`);
    writeFileSync(bench.path('out.jsonl'), line);
    await expect(bench.engine.score([bench.path('test.parquet')], [bench.path('out.jsonl')], BINARY)).rejects.toThrow(
      PredictionsError,
    );
  });

  test('no files', async () => {
    using bench = workbench();
    await expect(bench.engine.score([], [], BINARY)).rejects.toThrow(PredictionsError);
  });
});
