import { expect, test } from 'vitest';
import { brief, workbench } from './engine-fixture.ts';

const row = (more: object = {}) =>
  JSON.stringify({ order: 1, shop: 'north', price: 1, note: null, member: true, bought: true, ...more });
const GOOD = [row(), row({ order: 2, bought: false })];

test.each<[string, string, string[]]>([
  ['no JSON', '{"order": 3,', ['bad-json 4']],
  ['two documents on a line', `${row({ order: 3 })} ${row({ order: 4 })}`, ['bad-json 4']],
  ['no object', '[1, 2]', ['bad-json 4']],
  ['null', 'null', ['bad-json 4']],
  ['a lone surrogate', row({ order: 3 }).replace('null', '"\\ud800"'), ['bad-json 4']],
  ['an unknown member', row({ order: 3, leak: 1 }), ['unknown-column 4 leak']],
  ['a member twice', row({ order: 3 }).replace('{', '{"price":2,'), ['doubled-column 4 price']],
  ['a number in quotes', row({ order: '3' }), ['wrong-type 4 order']],
  ['a fraction for an integer', row({ order: 3.5 }), ['wrong-type 4 order']],
  ['a number for a text', row({ order: 3, shop: 5 }), ['wrong-type 4 shop']],
  ['a number for a boolean', row({ order: 3, member: 1 }), ['wrong-type 4 member']],
  ['an object for a number', row({ order: 3, price: { n: 1 } }), ['wrong-type 4 price']],
  ['1e400', row({ order: 3 }).replace('"price":1', '"price":1e400'), ['not-finite 4 price']],
  ['NaN', row({ order: 3 }).replace('"price":1', '"price":NaN'), ['not-finite 4 price']],
  ['beyond 64 bits', row({ order: 3 }).replace('"order":3', '"order":99999999999999999999'), ['out-of-range 4 order']],
  ['absent where none may be', '{"order":3,"bought":true}', ['null-not-allowed 4 shop']],
  ['an id twice', row({ price: 7 }), ['duplicate-id 4']],
])('%s', async (_, line, expected) => {
  using bench = workbench();
  // An empty line in between: lines are those of an editor.
  expect(brief(await bench.problems('data.jsonl', [GOOD[0], '', GOOD[1], line].join('\n')))).toEqual(expected);
});

test('nothing at all', async () => {
  using bench = workbench();
  expect(brief(await bench.problems('data.jsonl', '\n \n'))).toEqual(['empty-file']);
});

test('a member with a name of its own kind is told as text', async () => {
  using bench = workbench();
  const [problem] = await bench.problems('data.jsonl', row({ '<img src=x>': 1 }));
  expect(problem).toMatchObject({ code: 'unknown-column', column: '<img src=x>', line: 1 });
});
