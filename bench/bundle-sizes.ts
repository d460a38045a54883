import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { median, type Table } from './table.ts';

/** @param bundles made by `bundleFunctions` */
export function bundleSizes(bundles: string): Table {
  const sizes = readdirSync(bundles)
    .sort()
    .map((name) => {
      const code = readFileSync(join(bundles, name, 'index.mjs'));
      return { name, kilobytes: code.length / 1024, zipped: gzipSync(code).length / 1024 };
    });
  const all = sizes.map((s) => s.kilobytes);
  return {
    title: 'Size of each function',
    says: 'Kilobytes of code, AWS SDK included, without the layer of the functions that read rows (DuckDB).',
    columns: ['function', 'KB', 'KB zipped', 'of the median'],
    rows: sizes.map((s) => [s.name, s.kilobytes, s.zipped, s.kilobytes / median(all)]),
  };
}
