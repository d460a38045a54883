import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as DuckDB from '@duckdb/node-api';
import { text, texts } from './sql.ts';

/** What an engine may use of the machine. */
export interface EngineOptions {
  /** For temporary files; nothing stays there. On Lambda: `/tmp`. */
  readonly directory: string;
  /** As DuckDB writes it. Default `1GB`. */
  readonly memoryLimit?: string;
  /** Default 2. */
  readonly threads?: number;
  /** What may be spilled to `directory`, as DuckDB writes it. Default `8GB`. */
  readonly maxTempSize?: string;
  /** The most bytes that an upload may have once it is unpacked. Default 4 GiB. */
  readonly maxBytes?: number;
}

/** A value as DuckDB's JSON reader gives it: 64-bit integers, NaN and infinities arrive as text. */
export type Row = Record<string, unknown>;

/** One closed-in DuckDB, for one operation. */
export interface Session {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Row[]>;
  /** Columns of doubles without nulls, each as one array. */
  doubles(sql: string): Promise<readonly Float64Array[]>;
  /** A directory of this session's own: removed with it, and readable and writable by SQL. */
  readonly directory: string;
}

/**
 * Runs `work` in a DuckDB that reaches only `paths` and its own directory: no other file, no network, no extension beyond those
 * linked into the binding (JSON and Parquet are), and no setting can be changed any more.
 */
export async function withSession<T>(
  options: EngineOptions,
  paths: readonly string[],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await mkdir(options.directory, { recursive: true });
  const directory = await mkdtemp(join(options.directory, 'duckdb-'));
  try {
    const instance = await openInstance(options, directory);
    try {
      const connection = await instance.connect();
      await harden(connection, directory, paths);
      return await work({
        directory,
        run: async (sql) => void (await connection.run(sql)),
        rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
        doubles: async (sql) =>
          (await connection.runAndReadAll(sql)).getColumns().map((column) => Float64Array.from(column, Number)),
      });
    } finally {
      instance.closeSync();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * On Lambda the binding lies in a layer under /opt/nodejs/node_modules: only require() looks there (by NODE_PATH), import does not.
 * Loaded on first use, so that a function that never reads rows does not pay for it.
 */
let binding: typeof DuckDB | undefined;
function loadBinding(): typeof DuckDB {
  binding ??= createRequire(import.meta.url)('@duckdb/node-api') as typeof DuckDB;
  return binding;
}

const openInstance = (options: EngineOptions, directory: string): Promise<DuckDB.DuckDBInstance> =>
  loadBinding().DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '1GB',
    threads: String(options.threads ?? 2),
    temp_directory: join(directory, 'spill'),
    max_temp_directory_size: options.maxTempSize ?? '8GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });

async function harden(connection: DuckDB.DuckDBConnection, directory: string, paths: readonly string[]) {
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_directories = [${text(directory)}]`);
  await connection.run(`SET allowed_paths = ${texts(paths)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** The binding has one error class; the kind of an error is the first words of its message. */
export const ranOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Out of Memory Error');
