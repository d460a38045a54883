import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSession } from '../../../shared/adapters/duckdb/session.ts';
import { csv, GOOD_ROWS, SHOP, workbench } from './engine-fixture.ts';

test.each([
  ["SELECT * FROM read_csv('SECRET')", /Permission Error/],
  ["COPY (SELECT 1) TO 'SECRET.out'", /Permission Error/],
  ["ATTACH 'SECRET.db'", /Permission Error/],
  ["SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')", /Permission Error|disabled|httpfs/],
  ['INSTALL httpfs', /Permission Error|disabled/],
  ['LOAD httpfs', /Permission Error|disabled/],
  ['SET enable_external_access = true', /locked|Cannot/],
  ["SET allowed_directories = ['/']", /locked|Cannot/],
  ["SET memory_limit = '100GB'", /locked/],
])('SQL cannot leave the session: %s', async (sql, error) => {
  using bench = workbench();
  const secret = bench.path('secret.csv');
  writeFileSync(secret, 'a\n1\n');
  await expect(
    withSession({ directory: bench.path('scratch') }, [bench.path('allowed')], (s) =>
      s.run(sql.replace('SECRET', secret)),
    ),
  ).rejects.toThrow(error);
  expect(existsSync(`${secret}.out`)).toBe(false);
});

test('nothing stays in the directory, whether it went well or not', async () => {
  using bench = workbench();
  await bench.validate('data.csv', csv(...GOOD_ROWS));
  await bench.validate('data.csv', 'nonsense');
  await withSession({ directory: bench.path('scratch') }, [], () => Promise.reject(new Error('x'))).catch(() => {});
  expect(readdirSync(bench.path('scratch'))).toEqual([]);
});

test('a file that is not there is a fault, not an outcome', async () => {
  using bench = workbench();
  for (const name of ['data.csv', 'data.csv.gz', 'data.jsonl', 'data.parquet']) {
    const upload = { path: join(bench.path('gone'), name), name };
    await expect(bench.engine.validate(upload, SHOP, bench.path('rows.parquet'))).rejects.toThrow('ENOENT');
  }
});

test('operations may run at the same time', async () => {
  using bench = workbench();
  const files = Array.from({ length: 5 }, (_, i) => bench.path(`in-${i}`));
  for (const [i, file] of files.entries()) writeFileSync(file, csv(...GOOD_ROWS, ...(i % 2 ? ['4,north'] : [])));
  const outcomes = await Promise.all(
    files.map((path, i) => bench.engine.validate({ path, name: 'data.csv' }, SHOP, bench.path(`rows-${i}.parquet`))),
  );
  expect(outcomes.map((o) => o.ok)).toEqual([true, false, true, false, true]);
});
