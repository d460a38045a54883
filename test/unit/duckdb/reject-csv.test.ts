import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { brief, contractFor, csv, GOOD_ROWS, HEADER, SHOP, workbench } from './engine-fixture.ts';

const bytes = (...parts: readonly (string | Uint8Array)[]) => Buffer.concat(parts.map((p) => Buffer.from(p)));
const latin1 = bytes(csv(...GOOD_ROWS), '4,north,1,', Buffer.from('Köln', 'latin1'), ',,1\n');

describe('structure', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    [
      'too few and too many fields',
      csv(...GOOD_ROWS, '4,north', '5,north,1,x,,1,2'),
      ['ragged-row 5 2', 'ragged-row 6'],
    ],
    ['nothing at all', '', ['empty-file']],
    ['empty lines only', '\n\r\n\n', ['empty-file']],
    ['a byte order mark only', '\uFEFF', ['empty-file']],
    ['a header only', `${HEADER}\n`, ['no-rows']],
    ['a header only, without line end', HEADER, ['no-rows']],
    ['a quote never closed', csv(GOOD_ROWS[0] ?? '', '2,south,1,"oops,,1', '3,south,1,,,1'), ['quote-never-closed 3']],
    ['a quote never closed, and a later one', csv('1,north,1,"a,,1', '2,north,1,"b",,0'), ['stray-quote 2']],
    ['a quote inside a field', csv('1,north,1,5" pipe,,1', ...GOOD_ROWS.slice(1)), ['stray-quote 2']],
    ['text after a closing quote', csv('1,north,1,"a"b,,1', ...GOOD_ROWS.slice(1)), ['stray-quote 2']],
    ['semicolons', csv(...GOOD_ROWS).replaceAll(',', ';'), ['wrong-delimiter 1']],
    ['tabs', csv(...GOOD_ROWS).replaceAll(',', '\t'), ['wrong-delimiter 1']],
    ['carriage returns as line ends', csv(...GOOD_ROWS).replaceAll('\n', '\r'), ['bad-line-end 1']],
    ['a record of a megabyte', csv(`1,north,1,${'x'.repeat(2 ** 20)},,1`), ['too-long 2']],
    ['a quoted field of a megabyte', csv(`1,north,1,"${'x\n'.repeat(2 ** 20)}`), ['quote-never-closed 2']],
    ['three megabytes without a line end', 'x'.repeat(3 * 2 ** 20), ['too-long 1']],
  ])('%s', async (_, content, expected) => {
    using bench = workbench();
    expect(brief(await bench.problems('data.csv', content))).toEqual(expected);
  });

  test('lines are those of an editor: quoted line ends and empty lines count', async () => {
    using bench = workbench();
    const rows = ['1,north,1,"two\nlines",,1', '', '2,north,1,"a\r\nb\r\nc",,0', '3,north,x,,,1', '4,north'];
    expect(brief(await bench.problems('data.csv', csv(...rows)))).toEqual(['wrong-type 8 price', 'ragged-row 9']);
  });

  test('a record that lies across two read blocks is one record', async () => {
    using bench = workbench();
    const long = (i: number) => `${i},north,1,"${'line\n'.repeat(20_000)}",,${i % 2}`;
    expect(await bench.validate('data.csv', csv(...Array.from({ length: 12 }, (_, i) => long(i + 1))))).toEqual({
      ok: true,
      rows: 12,
    });
    const rows = Array.from({ length: 12 }, (_, i) => (i === 7 ? `${long(8)},9` : long(i + 1)));
    expect(brief(await bench.problems('data.csv', csv(...rows)))).toEqual([`ragged-row ${2 + 7 * 20_001}`]);
  });
});

describe('encoding', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['UTF-16', Buffer.from(`\uFEFF${csv(...GOOD_ROWS)}`, 'utf16le'), ['bad-encoding 1']],
    ['UTF-16 without a mark', Buffer.from(csv(...GOOD_ROWS), 'utf16le'), ['bad-encoding 1']],
    ['a NUL in line 3', csv(...GOOD_ROWS).replace('south', 'so\0uth'), ['bad-encoding 3']],
    ['Latin-1 in line 5', latin1, ['bad-encoding 5']],
    ['Latin-1 in the last line, cut off', latin1.subarray(0, latin1.length - 5), ['bad-encoding 5']],
    ['Parquet inside', bytes('PAR1', 'x'), ['wrong-format']],
    ['gzip inside', gzipSync(csv(...GOOD_ROWS)), ['wrong-format']],
  ])('%s', async (_, content, expected) => {
    using bench = workbench();
    expect(brief(await bench.problems('data.csv', content))).toEqual(expected);
  });
});

describe('archives', () => {
  const packed = gzipSync(csv(...GOOD_ROWS));
  test.each<[string, Uint8Array, string[]]>([
    ['not gzip', Buffer.from(csv(...GOOD_ROWS)), ['unreadable']],
    ['cut off', packed.subarray(0, packed.length - 12), ['unreadable']],
    ['damaged', bytes(packed.subarray(0, 30), 'zzzzz', packed.subarray(35)), ['unreadable']],
  ])('gzip: %s', async (_, content, expected) => {
    using bench = workbench();
    expect(brief(await bench.problems('data.csv.gz', content))).toEqual(expected);
  });

  test('a gzip bomb is stopped at the size that is allowed', async () => {
    using bench = workbench({ maxBytes: 10 * 2 ** 20 });
    const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20, `${csv(...GOOD_ROWS)}`));
    expect(bomb.length).toBeLessThan(2 ** 20);
    expect(brief(await bench.problems('data.csv.gz', bomb))).toEqual(['too-large']);
  });

  test('more rows than the contract allows', async () => {
    using bench = workbench();
    const contract = { ...SHOP, maxRows: 2 };
    expect(brief(await bench.problems('data.csv', csv(...GOOD_ROWS), contract))).toEqual(['too-many-rows']);
    expect(brief(await bench.problems('data.jsonl', '{}\n{}\n{}', contract))).toEqual(['too-many-rows']);
  });

  test.each(['data.txt', 'data', 'data.csv.zip', 'data.parquet.gz', '.csvx'])(
    '%s: the known suffixes are told',
    async (name) => {
      using bench = workbench();
      const [problem, ...others] = await bench.problems(name, csv(...GOOD_ROWS));
      expect(others).toEqual([]);
      expect(problem?.code).toBe('unknown-format');
      expect(problem?.message).toContain('.csv, .csv.gz, .parquet, .jsonl');
    },
  );
});

test.each(['book.xlsx', 'book.XLS'])('%s: says to save the sheet as CSV', async (name) => {
  using bench = workbench();
  const [problem] = await bench.problems(name, 'PK');
  expect(problem?.message).toMatch(/: save the sheet as CSV$/);
});

test('a value that is not allowed: the one that was meant, and what to do when it is new', async () => {
  using bench = workbench();
  const problems = await bench.problems('data.csv', csv(...GOOD_ROWS, '8,nort,1,x,,1', '9,atlantis,1,x,,1'));
  expect(problems.map((p) => p.message.replace(/^.*\): /, ''))).toEqual([
    'did you mean north? If it is new, add it to `values` in model.yaml',
    'if it is new, add it to `values` in model.yaml',
  ]);
});

describe('columns', () => {
  test.each<[string, string, string[]]>([
    ['missing', 'order,shop,price,note,bought', ['missing-column 1 member']],
    ['doubled', 'order,shop,price,price,note,member,bought', ['doubled-column 1 price']],
    ['unknown', 'order,shop,price,note,member,bought,leak', ['unknown-column 1 leak']],
    ['without a name', 'order,shop,price,note,member,bought,', ['unknown-column 1 ']],
    ['renamed', 'order,shop,Price ,note,member,bought', ['missing-column 1 price', 'unknown-column 1 Price ']],
    ['no header', '1,north,1,x,,1', ['missing-column 1 order', 'missing-column 1 shop']],
  ])('%s', async (_, header, expected) => {
    using bench = workbench();
    const problems = brief(await bench.problems('data.csv', `${header}\n1,north,1,x,,1\n`));
    expect(problems.slice(0, expected.length)).toEqual(expected);
  });

  test('a renamed column is recognised, and markup in a name stays text', async () => {
    using bench = workbench();
    const header = 'order,shop,PRICE,note,member,bought,"<script>alert(""x"")</script>"';
    const problems = await bench.problems('data.csv', `${header}\n1,north,1,x,,1,2\n`);
    expect(problems.map((p) => p.message)).toEqual([
      'column price is missing: add it to the file (is it "PRICE"?)',
      'column PRICE is not in the contract: leave it out, or add it to model.yaml (is it "price"?)',
      'column <script>alert("x")</script> is not in the contract: leave it out, or add it to model.yaml',
    ]);
  });

  test('a file of a thousand unknown columns gets a short report', async () => {
    using bench = workbench();
    const header = Array.from({ length: 1000 }, (_, i) => `c${i}`).join(',');
    expect(await bench.problems('data.csv', `${header}\n`)).toHaveLength(20);
  });
});

describe('values', () => {
  const bad = (row: string) => csv(...GOOD_ROWS, row);
  test.each<[string, string, string[]]>([
    ['text for an integer', 'x,north,1,,,1', ['wrong-type 5 order']],
    ['a fraction for an integer', '4.5,north,1,,,1', ['wrong-type 5 order']],
    ['blanks around an integer', ' 4,north,1,,,1', ['wrong-type 5 order']],
    ['thousands separators', '"4,000",north,1_000,,,1', ['wrong-type 5 order', 'wrong-type 5 price']],
    ['full-width digits', '４,north,1,,,1', ['wrong-type 5 order']],
    ['an integer beyond 64 bits', '9223372036854775808,north,1,,,1', ['out-of-range 5 order']],
    ['below the range', '0,north,-0.01,,,1', ['out-of-range 5 order', 'out-of-range 5 price']],
    ['above the range', '4,north,1000.5,,,1', ['out-of-range 5 price']],
    ['NaN', '4,north,NaN,,,1', ['not-finite 5 price']],
    ['infinity', '4,north,-Infinity,,,1', ['not-finite 5 price']],
    ['1e400', '4,north,1e400,,,1', ['not-finite 5 price']],
    ['NaN for an integer', 'nan,north,1,,,1', ['not-finite 5 order']],
    ['NA for a number', '4,north,NA,,,1', ['wrong-type 5 price']],
    ['hexadecimal', '4,north,0x10,,,1', ['wrong-type 5 price']],
    ['a word for a boolean', '4,north,1,,yes,1', ['wrong-type 5 member']],
    ['a category that is not allowed', '4,east,1,,,1', ['not-allowed 5 shop']],
    ['a category with a blank', '4,north ,1,,,1', ['not-allowed 5 shop']],
    [
      'null where none may be',
      ',,1,,,',
      ['null-not-allowed 5 order', 'null-not-allowed 5 shop', 'null-not-allowed 5 bought'],
    ],
    ['an empty text in quotes is null', '4,"",1,,,1', ['null-not-allowed 5 shop']],
    ['an id twice', '1,north,2,other,,0', ['duplicate-id 5']],
  ])('%s', async (_, row, expected) => {
    using bench = workbench();
    expect(brief(await bench.problems('data.csv', bad(row)))).toEqual(expected);
  });

  test('a problem says what, where, why and what to do, and shows the value cut short', async () => {
    using bench = workbench();
    const [problem] = await bench.problems('data.csv', bad(`4,north,"<b>${'é'.repeat(200)}",,,1`));
    expect(problem).toMatchObject({ code: 'wrong-type', line: 5, column: 'price', value: `<b>${'é'.repeat(76)}…` });
    expect(problem?.message).toMatch(/^line 5, column price: "<b>é+…" is not a number \(.* leave the field empty/);
    const [twice] = await bench.problems('data.csv', bad('1,north,2,other,,0'));
    expect(twice?.message).toBe('line 2 and line 5 have the same id (order, shop) [1,"north"]: keep one of them');
  });

  test('three examples of a kind, with the number of all; twenty problems in all', async () => {
    using bench = workbench();
    const rows = Array.from({ length: 50 }, (_, i) => `${i + 1},east,x,,maybe,1`);
    const problems = await bench.problems('data.csv', csv(...rows));
    expect(brief(problems)).toEqual(
      [
        'not-allowed 2 shop 50',
        'wrong-type 2 price 50',
        'wrong-type 2 member 50',
        'one-class-target bought',
        ...[3, 4].flatMap((line) =>
          ['shop', 'price', 'member'].map((c) => `${c === 'shop' ? 'not-allowed' : 'wrong-type'} ${line} ${c}`),
        ),
      ].sort((a, b) => Number(/ (\d+)/.exec(a)?.[1] ?? 0) - Number(/ (\d+)/.exec(b)?.[1] ?? 0)),
    );
    const wide = contractFor({
      target: 'y',
      columns: {
        y: { type: 'boolean' },
        ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, { type: 'integer' }])),
      },
    });
    const header = Object.keys(wide.columns).join(',');
    const row = (y: number) => `${y}${',x'.repeat(30)}`;
    expect(await bench.problems('data.csv', `${header}\n${row(0)}\n${row(1)}\n`, wide)).toHaveLength(20);
  });

  test('a target of one class teaches nothing', async () => {
    using bench = workbench();
    const problems = await bench.problems('data.csv', csv('1,north,1,,,1', '2,north,1,,,1'));
    expect(brief(problems)).toEqual(['one-class-target bought']);
    const empty = await bench.problems('data.csv', csv('1,north,1,,,', '2,north,1,,,'));
    expect(brief(empty)).toEqual(['no-target bought', 'null-not-allowed 2 bought 2', 'null-not-allowed 3 bought']);
  });
});
