import { describe, expect, test } from 'vitest';
import { brief, SHOP, workbench } from './engine-fixture.ts';

const GOOD = `SELECT i AS "order", 'north' AS shop, i / 2.0::DOUBLE AS price, NULL::VARCHAR AS note, true AS member, i % 2 = 0 AS bought
  FROM range(1, 101) AS r(i)`;
const but = (replace: string) => `SELECT * REPLACE (${replace}) FROM (${GOOD})`;

describe('values and columns', () => {
  test.each<[string, string, string[]]>([
    ['a missing column', `SELECT * EXCLUDE (price) FROM (${GOOD})`, ['missing-column price']],
    ['a column too many', `SELECT *, 1 AS leak FROM (${GOOD})`, ['unknown-column leak']],
    ['text for a number', but(`'x' AS price`), ['wrong-type price']],
    ['a date for an integer', but(`DATE '2013-01-01' AS "order"`), ['wrong-type order']],
    ['a number for a text', but('1 AS shop'), ['wrong-type shop']],
    ['a list', but('[1] AS price'), ['wrong-type price']],
    [
      'fractions for an integer',
      but('i + 0.5::DOUBLE AS "order"').replaceAll('i +', '"order" +'),
      ['wrong-type order 100', 'wrong-type order', 'wrong-type order'],
    ],
    ['NaN', but(`CASE WHEN "order" = 7 THEN 'nan'::DOUBLE ELSE 1 END AS price`), ['not-finite price']],
    ['infinity', but(`CASE WHEN "order" = 7 THEN '-inf'::FLOAT ELSE 1 END AS price`), ['not-finite price']],
    ['out of range', but('CASE WHEN "order" = 7 THEN -1 ELSE 1 END AS price'), ['out-of-range price']],
    [
      'more digits than a double holds',
      but('CASE WHEN "order" = 7 THEN 9007199254740993 ELSE 1 END AS price'),
      ['out-of-range price 2', 'out-of-range price'],
    ],
    ['beyond 64 bits', but('CASE WHEN "order" = 7 THEN 1e19 ELSE "order" END AS "order"'), ['out-of-range order']],
    ['null where none may be', but('CASE WHEN "order" = 7 THEN NULL ELSE shop END AS shop'), ['null-not-allowed shop']],
    ['2 for a boolean', but('CASE WHEN "order" = 7 THEN 2 ELSE 1 END AS member'), ['wrong-type member']],
    ['an id twice', but('CASE WHEN "order" = 7 THEN 1 ELSE "order" END AS "order"'), ['duplicate-id']],
    ['no rows', `SELECT * FROM (${GOOD}) WHERE false`, ['no-rows']],
  ])('%s', async (_, select, expected) => {
    using bench = workbench();
    const problems = await bench.problems('data.parquet', await bench.parquet('in.parquet', select));
    expect(brief(problems)).toEqual(expected);
  });

  test('a row is told by its number', async () => {
    using bench = workbench();
    const file = await bench.parquet('in.parquet', but('CASE WHEN "order" = 7 THEN 1001 ELSE 1 END AS price'));
    const [problem] = await bench.problems('data.parquet', file);
    expect(problem).toEqual({
      code: 'out-of-range',
      message: 'row 7, column price: "1001" is out of range: the contract allows 0 to 1000',
      column: 'price',
      value: '1001',
    });
  });
});

describe('broken files', () => {
  test('empty, cut off, not Parquet', async () => {
    using bench = workbench();
    const file = await bench.parquet('in.parquet', GOOD);
    const told = async (content: Uint8Array) => brief(await bench.problems('data.parquet', content));
    expect(await told(new Uint8Array())).toEqual(['empty-file']);
    expect(await told(file.subarray(0, file.length - 100))).toEqual(['unreadable']);
    expect(await told(Buffer.from('order,shop\n1,north\n'))).toEqual(['unreadable']);
    expect(await told(Buffer.from('PAR1PAR1'))).toEqual(['unreadable']);
  });

  test('a footer of noise, and a page of noise: each is an outcome', async () => {
    using bench = workbench();
    const file = await bench.parquet('in.parquet', GOOD);
    for (let at = 4; at < file.length - 4; at += Math.ceil(file.length / 40)) {
      const damaged = Buffer.from(file);
      damaged.fill(0xff, at, Math.min(at + 16, file.length - 4));
      // Damage that leaves a valid file may be accepted; what may not happen is an exception.
      const outcome = await bench.validate('data.parquet', damaged);
      if (!outcome.ok) expect(outcome.problems.length).toBeGreaterThan(0);
    }
  });

  test('a bomb: rows are counted before they are read', async () => {
    using bench = workbench();
    const file = await bench.parquet('in.parquet', GOOD.replace('101', '3001'));
    expect(brief(await bench.problems('data.parquet', file, { ...SHOP, maxRows: 1000 }))).toEqual(['too-many-rows']);
  });

  test('a bomb: few bytes that unpack to many', async () => {
    using bench = workbench({ maxBytes: 100 * 2 ** 20 });
    const long = `repeat('x', 10000) || ("order" % 2)::VARCHAR AS note`;
    const file = await bench.parquet('in.parquet', but(long).replace('101', '20001'));
    expect(file.length).toBeLessThan(2 ** 20);
    expect(brief(await bench.problems('data.parquet', file))).toEqual(['too-large']);
  });

  test('rows that need more memory and disk than the engine has', async () => {
    using bench = workbench({ memoryLimit: '50MB', maxTempSize: '1MB' });
    const long = `repeat('x', 10000) || "order"::VARCHAR AS note`;
    const file = await bench.parquet('in.parquet', but(long).replace('101', '10001'));
    expect(brief(await bench.problems('data.parquet', file))).toEqual(['too-large']);
  });
});
