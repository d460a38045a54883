import { expect, it } from 'vitest';
import { formatOf, suffixOf } from '../../../shared/domain/data/upload-format.ts';

it.each([
  ['in/churn/a.b.CSV.GZ', '.csv.gz', { layout: 'csv', gzipped: true }],
  ['in/churn/a.parquet', '.parquet', { layout: 'parquet', gzipped: false }],
  ['a.ndjson', '.ndjson', { layout: 'json-lines', gzipped: false }],
])('%s has a format that is known', (name, suffix, format) => {
  expect(suffixOf(name)).toBe(suffix);
  expect(formatOf(name)).toEqual(format);
});

it.each(['in/churn.csv/data', 'in/churn/x.csv\n', 'in/churn/x.exe', 'in/churn/x.parquet.gz', 'csv'])(
  '%j has none',
  (name) => {
    expect(suffixOf(name)).toBeUndefined();
    expect(formatOf(name)).toBeUndefined();
  },
);
