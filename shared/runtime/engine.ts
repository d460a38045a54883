import { tmpdir } from 'node:os';
import { duckdbEngine } from '../adapters/duckdb/index.ts';
import type { Ports } from '../ports/index.ts';
import { type AwsPorts, awsPorts } from './ports.ts';

/** All ports, for the functions that read rows and so have the layer with DuckDB. Its files are kept to the function's own disk. */
export function rowPorts(aws: AwsPorts = awsPorts()): Ports {
  let engine: Ports['engine'] | undefined;
  // Inherited, not copied: copying would make every client.
  return Object.create(aws, {
    engine: {
      enumerable: true,
      get: () => {
        engine ??= duckdbEngine({ directory: tmpdir() });
        return engine;
      },
    },
  });
}
