import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceKind, Resources } from './resources.ts';
import { KINDS } from './resources.ts';

type Records = { [K in ResourceKind]: Map<string, Resources[K]> };

/**
 * Every resource, in memory and as one small JSON file each. A file is replaced by a rename, so a crash leaves the old or the new one.
 * Writes are synchronous: an answer is given only after what it says is on disk, and a record is a few kilobytes.
 */
export class Store {
  readonly #dir: string;
  readonly #records: Records;

  constructor(dir: string) {
    this.#dir = dir;
    this.#records = Object.fromEntries(KINDS.map((kind) => [kind, this.#load(kind)])) as Records;
  }

  get<K extends ResourceKind>(kind: K, name: string): Resources[K] | undefined {
    return this.#records[kind].get(name);
  }

  list<K extends ResourceKind>(kind: K): readonly Resources[K][] {
    return [...this.#records[kind].values()];
  }

  put<K extends ResourceKind>(kind: K, record: Resources[K]): Resources[K] {
    const path = this.#path(kind, record.name);
    writeFileSync(`${path}.new`, JSON.stringify(record, null, 2));
    renameSync(`${path}.new`, path);
    this.#records[kind].set(record.name, record);
    return record;
  }

  /** @throws Error when there is no such resource */
  change<K extends ResourceKind>(kind: K, name: string, change: Partial<Resources[K]>): Resources[K] {
    const record = this.get(kind, name);
    if (!record) throw new Error(`no ${kind} ${name} to change`);
    return this.put(kind, { ...record, ...change });
  }

  remove(kind: ResourceKind, name: string): void {
    rmSync(this.#path(kind, name), { force: true });
    this.#records[kind].delete(name);
  }

  /** The resource of any kind that has this ARN. */
  withArn(arn: string): { kind: ResourceKind; record: Resources[ResourceKind] } | undefined {
    for (const kind of KINDS) {
      const record = this.list(kind).find((candidate) => candidate.arn === arn);
      if (record) return { kind, record };
    }
    return undefined;
  }

  #load<K extends ResourceKind>(kind: K): Map<string, Resources[K]> {
    const dir = join(this.#dir, kind);
    mkdirSync(dir, { recursive: true });
    const records = readdirSync(dir)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')) as Resources[K]);
    return new Map(records.map((record) => [record.name, record]));
  }

  #path = (kind: ResourceKind, name: string): string => join(this.#dir, kind, `${name}.json`);
}
