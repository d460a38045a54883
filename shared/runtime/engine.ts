import { tmpdir } from 'node:os';
import { duckdbEngine } from '../adapters/duckdb/index.ts';

/** The data engine, for the functions that read rows and so have the layer with DuckDB. It keeps its files to the function's own disk. */
export const engine = () => duckdbEngine({ directory: tmpdir() });
