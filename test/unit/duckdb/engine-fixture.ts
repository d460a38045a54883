import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { vi } from 'vitest';
import { duckdbEngine, type EngineOptions } from '../../../shared/adapters/duckdb/index.ts';
import { withSession } from '../../../shared/adapters/duckdb/session.ts';
import { type Contract, contractOf, modelDefinition } from '../../../shared/domain/definition/model-definition.ts';
import type { Problem } from '../../../shared/domain/records.ts';

/** Each validation opens a database of its own: milliseconds, but not on a machine that does other things too. */
vi.setConfig({ testTimeout: 60_000 });

/** A contract as model.yaml would give it, with defaults filled in. */
export const contractFor = (definition: object): Contract =>
  contractOf(modelDefinition.parse({ name: 'shop', task: 'binary', metric: 'auc', ...definition }));

/** One column of each type: enough to be wrong in every way. */
export const SHOP = contractFor({
  target: 'bought',
  id: ['order', 'shop'],
  columns: {
    order: { type: 'integer', min: 1, feature: false },
    shop: { type: 'string', values: ['north', 'south'] },
    price: { type: 'number', min: 0, max: 1000, nullable: true },
    note: { type: 'string', nullable: true },
    member: { type: 'boolean', nullable: true },
    bought: { type: 'boolean' },
  },
});
export const HEADER = 'order,shop,price,note,member,bought';
export const GOOD_ROWS = ['1,north,9.5,hello,true,1', '2,south,,"a, ""b""",,false', '3,north,1e2,=1+1,0,TRUE'];
export const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

/** An engine with a directory of its own; dispose it. */
export function workbench(options: Omit<EngineOptions, 'directory'> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'duckdb-test-'));
  const engine = duckdbEngine({ directory: join(directory, 'scratch'), ...options });
  const path = (name: string) => join(directory, name);
  let uploads = 0;
  /** Writes the upload, gzipped where its name says so and it is text, and validates it. */
  const validate = async (name: string, content: string | Uint8Array, contract: Contract = SHOP) => {
    const file = path(`upload-${++uploads}`);
    writeFileSync(file, typeof content === 'string' && name.endsWith('.gz') ? gzipSync(content) : content);
    return engine.validate({ path: file, name }, contract, path('rows.parquet'));
  };
  return {
    engine,
    path,
    validate,
    problems: async (name: string, content: string | Uint8Array, contract: Contract = SHOP) => {
      const outcome = await validate(name, content, contract);
      if (outcome.ok) throw new Error(`${name} was accepted with ${outcome.rows} rows`);
      return outcome.problems;
    },
    /** A Parquet file made by SQL. */
    parquet: async (name: string, select: string): Promise<Buffer> => {
      await withSession({ directory: path('scratch') }, [path(name)], (s) =>
        s.run(`COPY (${select}) TO '${path(name)}' (FORMAT parquet)`),
      );
      return readFileSync(path(name));
    },
    read: (name: string, columns = '*') =>
      withSession({ directory: path('scratch') }, [path(name)], (s) =>
        s.rows(`SELECT ${columns} FROM read_parquet('${path(name)}')`),
      ),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What a reader of a report looks at first. */
export const brief = (problems: readonly Problem[]): string[] =>
  problems.map((p) => [p.code, p.line, p.column, p.rows].filter((part) => part !== undefined).join(' '));
