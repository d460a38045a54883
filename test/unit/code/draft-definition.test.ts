import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { duckdbSampleEngine } from '../../../shared/adapters/duckdb/index.ts';
import { DraftError, type DraftOptions } from '../../../shared/domain/draft/draft.ts';
import { headroom, wholeHeadroom } from '../../../shared/domain/draft/headroom.ts';
import { plainName } from '../../../shared/domain/draft/infer-definition.ts';
import { SampleError } from '../../../shared/ports/sample-engine.ts';
import { type Drafted, draftDefinition } from '../../../shared/use-cases/code/draft-definition.ts';

vi.setConfig({ testTimeout: 60_000 });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'draft-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const draft = async (name: string, content: string, options: Partial<DraftOptions> = {}): Promise<Drafted> => {
  const path = join(directory, name);
  writeFileSync(path, content);
  const engine = duckdbSampleEngine({ directory });
  return draftDefinition(engine, { path, name }, { name: 'shop', target: 'y', owner: 'me', ...options });
};

/** CSV with columns `x` (a number) and `y`, and those given, of so many rows. */
const csv = (rows: number, columns: Readonly<Record<string, (i: number) => unknown>>): string => {
  const all = { x: (i: number) => (i * 7919) % 101, ...columns };
  const lines = Array.from({ length: rows }, (_, i) =>
    Object.values(all)
      .map((of) => of(i))
      .join(','),
  );
  return [Object.keys(all).join(','), ...lines].join('\n');
};
const flip = (i: number) => (i * 31) % 7 < 3;

describe('the task', () => {
  const kinds = ['a', 'b', 'c'];
  it.each<[string, (i: number) => unknown, string, string]>([
    ['true and false', flip, 'binary', 'auc'],
    ['0 and 1', (i) => Number(flip(i)), 'binary', 'auc'],
    ['texts', (i) => kinds[(i * 31) % 3], 'multiclass', 'logloss'],
    ['yes and no', (i) => (flip(i) ? 'yes' : 'no'), 'multiclass', 'logloss'],
    ['a few whole numbers from 0 on', (i) => (i * 31) % 4, 'multiclass', 'logloss'],
    ['a few whole numbers that do not begin at 0 or 1', (i) => 2 + ((i * 31) % 4), 'regression', 'rmse'],
    ['many whole numbers', (i) => (i * 31) % 13, 'regression', 'rmse'],
    ['fractions', (i) => Math.sin(i * 31), 'regression', 'rmse'],
  ])('of %s', async (_, y, task, metric) => {
    const { definition } = await draft('sample.csv', csv(300, { y }));
    expect(definition).toMatchObject({ task, metric });
  });

  it('of two texts says what a binary model would want of the file', async () => {
    const { text } = await draft('sample.csv', csv(300, { y: (i) => (flip(i) ? 'yes' : 'no') }));
    expect(text).toMatch(
      /^task: multiclass # .*a binary model, with auc, needs true and false \(or 1 and 0\) in the file/m,
    );
  });

  it('without an id says that rows of two uploads count twice', async () => {
    const { text } = await draft('sample.csv', csv(300, { y: flip }), { id: [] });
    expect(text).toMatch(/^id: \[\] # .*a row that appears twice, in one upload or in two, counts twice/m);
    expect(text).toContain('rows that an earlier upload has count again');
  });

  it('names every class, numbers in their order', async () => {
    const { definition } = await draft('sample.csv', csv(300, { y: (i) => (i * 31) % 3 }));
    expect(definition.columns.y).toMatchObject({ type: 'string', values: ['0', '1', '2'] });
  });

  it('is the one that is asked for', async () => {
    const y = (i: number) => (i * 31) % 4;
    expect((await draft('sample.csv', csv(300, { y }), { task: 'regression' })).definition.task).toBe('regression');
    const names = csv(150, { y: (i: number) => `k${i % 140}` });
    await expect(draft('sample.csv', names)).rejects.toThrow('140 different texts in 150 rows: these are not classes');
    expect((await draft('sample.csv', names, { task: 'multiclass' })).definition.task).toBe('multiclass');
  });

  it.each<[string, string, DraftOptions['task'], RegExp]>([
    [
      'texts',
      csv(50, { y: (i) => kinds[i % 3] }),
      'binary',
      /target of a binary task must hold true and false, or 1 and 0, and y does not/,
    ],
    ['texts', csv(50, { y: (i) => kinds[i % 3] }), 'regression', /target of a regression task must hold numbers/],
  ])('cannot be another than the target: %s', async (_, content, task, message) => {
    await expect(draft('sample.csv', content, task ? { task } : {})).rejects.toThrow(message);
  });

  it('of JSON is what JSON says: 0 and 1 are no booleans there, and no classes', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ x: i * 0.5, y: i % 2 })).join('\n');
    expect((await draft('sample.jsonl', lines)).definition.task).toBe('regression');
    await expect(draft('sample.jsonl', lines, { task: 'binary' })).rejects.toThrow('a binary task must hold booleans');
  });
});

describe('a column', () => {
  const column = async (of: (i: number) => unknown, rows = 300) =>
    (await draft('sample.csv', csv(rows, { c: of, y: flip }))).definition.columns.c;

  it.each<[string, (i: number) => unknown, object]>([
    ['of whole numbers', (i) => 10 + (i % 31), { type: 'integer', min: 0, max: 55, nullable: false, feature: true }],
    ['of fractions below 0', (i) => -(i % 100) / 10 - 0.5, { type: 'number', min: -16, max: 0 }],
    ['of 0 and 1', (i) => i % 2, { type: 'boolean' }],
    ['that is empty at times', (i) => (i % 10 ? i * 0.5 : ''), { type: 'number', nullable: true }],
    ['of kinds', (i) => ['red', 'green'][i % 2], { type: 'string', values: ['green', 'red'] }],
    ['of many texts', (i) => `t${i % 40}`, { type: 'string', feature: true }],
    ['of names', (i) => `t${i}`, { type: 'string', feature: false }],
    ['of digits with zeros in front', (i) => String(i % 90).padStart(5, '0'), { type: 'string', feature: true }],
    ['of dates', (i) => `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`, { type: 'string', feature: false }],
    ['that is always the same', () => 5, { type: 'integer', feature: false }],
    ['that is always empty', () => '', { type: 'string', nullable: true, feature: false }],
  ])('%s', async (_, of, expected) => {
    const found = await column(of);
    expect(found).toMatchObject(expected);
    if (!('values' in expected) && found?.type === 'string') expect(found.values).toBeUndefined();
  });

  it('has its kinds listed only where each was seen often enough', async () => {
    const of = (i: number) => `t${i % 20}`;
    expect(await column(of, 100)).toHaveProperty('values');
    expect(await column(of, 99)).not.toHaveProperty('values');
  });

  it('says why, beside it', async () => {
    const { text } = await draft('sample.csv', csv(300, { c: (i) => (i % 10 ? i * 0.5 : ''), y: flip }));
    expect(text).toContain(
      '  c: { type: number, min: 0, max: 230, nullable: true } # 0.5 to 149.5 in the sample, 30 of 300 empty',
    );
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/model-yaml\.schema\.json\n/);
  });
});

describe('the id', () => {
  it.each<[string, Record<string, (i: number) => unknown>, string[]]>([
    ['by its name', { order_id: (i) => `o${i}` }, ['order_id']],
    ['by its name, in camel case', { orderId: (i) => 7 * i }, ['orderId']],
    ['by counting', { n: (i) => i + 100 }, ['n']],
    ['by date', { day: (i) => `${1700 + i}-01-01` }, ['day']],
    ['nothing: different in every row by chance', { price: (i) => 3 * i }, []],
    ['nothing: it repeats', { order_id: (i) => i % 10 }, []],
    ['nothing: it is empty once', { order_id: (i) => i || '' }, []],
  ])('%s', async (_, columns, id) => {
    const { definition } = await draft('sample.csv', csv(300, { ...columns, y: flip }));
    expect(definition.id).toEqual(id);
    for (const c of id) expect(definition.columns[c]?.feature).toBe(false);
  });

  it('that repeats is no feature, and may be a group', async () => {
    const { definition, warnings } = await draft('sample.csv', csv(300, { customer_id: (i) => i % 10, y: flip }));
    expect(definition.columns.customer_id).toMatchObject({ type: 'integer', feature: false });
    expect(warnings).toEqual([expect.stringContaining('split: { group: customer_id }')]);
  });

  it('that is asked for must name every row', async () => {
    const content = csv(300, { day: (i) => i % 30, shop: (i) => `s${Math.floor(i / 30)}`, y: flip });
    expect((await draft('sample.csv', content, { id: ['day', 'shop'] })).definition.id).toEqual(['day', 'shop']);
    expect((await draft('sample.csv', content, { id: [] })).definition.id).toEqual([]);
    const error = await draft('sample.csv', content, { id: ['day'] }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DraftError);
    expect((error as DraftError).details[0]).toBe('line 2 and line 32 have the same id (day) [0]: keep one of them');
    await expect(draft('sample.csv', content, { id: ['dya'] })).rejects.toThrow('no column "dya" for the id');
    await expect(draft('sample.csv', content, { id: ['y'] })).rejects.toThrow('the target y cannot identify a row');
  });
});

describe('what would spoil a model', () => {
  it('a copy of the target is no feature', async () => {
    const { definition, warnings } = await draft('sample.csv', csv(300, { c: (i) => (flip(i) ? 'A' : 'B'), y: flip }));
    expect(definition.columns.c).toMatchObject({ feature: false });
    expect(warnings).toEqual([expect.stringContaining('c predicts the target without an error in any row')]);
  });

  it.each<[string, (i: number) => unknown, (i: number) => unknown, string]>([
    [
      'classes',
      (i) => (i === 50 ? !flip(i) : flip(i)),
      flip,
      'c almost predicts the target on its own (alone right in 99.7% of the rows)',
    ],
    [
      'a number',
      (i) => 2 * Math.sin(i) + (i % 9) / 100,
      (i) => Math.sin(i),
      'c almost predicts the target on its own (correlation 0.9',
    ],
  ])('a near copy of %s stays, and is named', async (_, c, y, warning) => {
    const { definition, warnings } = await draft('sample.csv', csv(300, { c, y }));
    expect(definition.columns.c).toMatchObject({ feature: true });
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('a good feature is no suspect', async () => {
    const good = (i: number) => (flip(i) ? 10 : 0) + ((i * 7919) % 13);
    expect((await draft('sample.csv', csv(300, { c: good, y: flip }))).warnings).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a target that is always the same',
      csv(50, { y: () => 1 }),
      /y is the same in every row: there is nothing to learn/,
    ],
    ['a target that is always empty', csv(50, { y: () => '' }), /y is empty in every row: there is nothing to learn/],
    [
      'a target that is empty at times',
      csv(50, { y: (i) => (i === 7 || i === 9 ? '' : i) }),
      /y is empty in 2 of 50 rows, the first in line 9/,
    ],
    ['no feature', 'k,y\n1,1\n1,0\n', /nothing to learn y from: no column is a feature/],
    ['no such target', 'a,b\n1,2\n', /no column "y" for the target/],
    [
      'names that a definition cannot have',
      'y,sepal length (cm),__x\n1,2,3\n',
      /columns have names that model.yaml cannot have/,
    ],
  ])('%s', async (_, content, message) => {
    await expect(draft('sample.csv', content)).rejects.toThrow(message);
  });
});

describe('few rows', () => {
  it('get a larger share of test rows, and a minimum that the split nearly always gives', async () => {
    const { definition, text } = await draft('sample.csv', csv(150, { y: (i) => ['a', 'b', 'c'][(i * 31) % 3] }));
    expect(definition.split).toMatchObject({ test: 0.3, validation: 0.2 });
    // 45 expected; three standard deviations of a binomial below that.
    expect(definition.evaluation.minTestRows).toBe(28);
    expect(text).toContain('the sample gives about 45 test rows, the default is 200');
  });

  it('too few to say anything are said to be so, and not made to do', async () => {
    const { definition, warnings } = await draft('sample.csv', csv(40, { y: (i) => ['a', 'b', 'c'][(i * 31) % 3] }));
    expect(definition.evaluation.minTestRows).toBe(20);
    expect(warnings).toEqual([
      expect.stringContaining('they give about 12 test rows, and with fewer than 20 a run ends'),
    ]);
  });

  it('of many, the defaults hold', async () => {
    const { definition, text } = await draft('sample.csv', csv(2000, { y: flip }));
    expect(definition.split).toMatchObject({ test: 0.2, validation: 0.1 });
    expect(definition.evaluation.minTestRows).toBe(200);
    expect(text).not.toMatch(/^(split|evaluation):/m);
  });

  it('of the rarer class are not ranked by auc', async () => {
    const { definition, why } = await draft('sample.csv', csv(300, { y: (i) => i % 20 === 0 }));
    expect(definition.metric).toBe('logloss');
    expect(why.metric).toContain('auc needs 10 test rows of the rarer class');
  });

  it('are gated by guessing: log loss of the classes’ shares', async () => {
    const { definition } = await draft('sample.csv', csv(400, { y: (i) => ['a', 'b', 'b', 'b'][i % 4] }));
    const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
    expect(definition.gates).toEqual([{ metric: 'logloss', max: Math.ceil(entropy * 1000) / 1000 }]);
  });
});

describe('a file that is no table', () => {
  it.each<[string, string, string, RegExp]>([
    ['of another format', 'sample.xlsx', 'PK', /"sample.xlsx" does not end in one of \.csv/],
    ['empty', 'sample.csv', '', /the file is empty/],
    ['without rows', 'sample.csv', 'a,y\n', /column names but no rows/],
    ['ragged', 'sample.csv', 'a,y\n1,2\n1,2,3\n', /line 3 has 3 fields, the header has 2/],
    ['separated by semicolons', 'sample.csv', 'a;y\n1;2\n', /the header is separated by ";"/],
    ['with a column twice', 'sample.csv', 'y,Y\n1,2\n', /column Y appears more than once/],
    ['with a column without name', 'sample.csv', ',y\n1,2\n', /column 1 has no name.*index=False/],
    ['no JSON', 'sample.jsonl', '{"y": 1}\n{"y": \n', /line 2 is not a JSON object/],
    ['no Parquet', 'sample.parquet', 'a,y\n', /not a Parquet file/],
    ['no gzip', 'sample.csv.gz', 'a,y\n', /says gzip, but it cannot be unpacked/],
  ])('%s', async (_, name, content, message) => {
    const error = await draft(name, content).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SampleError);
    expect((error as Error).message).toMatch(message);
  });

  it('mixed types in JSON Lines are told', async () => {
    await expect(draft('sample.jsonl', '{"x": 1, "y": 1}\n{"x": "a", "y": 0}\n')).rejects.toThrow(
      'column x is integer or string in the file, which no type in model.yaml can read',
    );
  });
});

it('headroom is half the width, rounded outwards, never across zero, and what no double holds is left out', () => {
  expect(headroom(4.3, 7.9)).toEqual({ min: 2.5, max: 9.7 });
  expect(headroom(0, 0)).toEqual({ min: 0, max: 0.5 });
  expect(headroom(-3, -1)).toEqual({ min: -4, max: 0 });
  expect(headroom(-5, 5)).toEqual({ min: -10, max: 10 });
  expect(headroom(-1.7e308, 1.7e308)).toEqual({});
  expect(wholeHeadroom(1, 31)).toEqual({ min: 0, max: 46 });
  expect(wholeHeadroom(2010, 2020)).toEqual({ min: 2000, max: 2100 });
  expect(wholeHeadroom(0, 2 ** 62)).toEqual({ min: 0 });
});

it('a name in letters that a definition can have', () => {
  expect(['sepal length (cm)', 'Straße', '2nd', '__x', '%'].map(plainName)).toEqual([
    'sepal_length_cm',
    'Stra_e',
    'c_2nd',
    'x',
    'c_',
  ]);
});
