import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The conditions of registry writes: what a mutant of the code leaves out, one each. */

export interface Condition {
  /** From the root of the checkout. */
  readonly file: string;
  readonly line: number;
  /** As it stands there. */
  readonly text: string;
  /** Where in the file, and what the mutant has there. */
  readonly at: number;
  readonly mutant: string;
}

const root = join(import.meta.dirname, '..', '..');
export const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** `expect: …` of a change, in a use case: without it, the store takes the change as it is. */
const EXPECTATION = /expect: (?:asRead\([^)]*\)(?: as \{ revision: number \})?|'absent'|\{ revision: [\w.?]+ \})/g;
const NO_EXPECTATION = 'expect: undefined as never';
export const STORE = 'shared/adapters/memory/registry-store.ts';
/** Where the store in memory is told to take such a change. */
const HOLDS = 'const holds = (change: Change): boolean => {';
export const tolerant = (source: string): string =>
  source.replace(HOLDS, `${HOLDS} if (change.expect === undefined) return true;`);

/** What the stores themselves make of an expectation. */
const ADAPTERS: readonly (readonly [file: string, text: string, mutant: string])[] = [
  [STORE, 'item?.json === undefined', 'true'],
  [STORE, 'item.revision === change.expect.revision', 'true'],
  [STORE, '(current(key)?.revision ?? 0) + 1', '1'],
  ['shared/adapters/aws/registry-store.ts', "'attribute_not_exists(#model)'", "'attribute_not_exists(nothing)'"],
  ['shared/adapters/aws/registry-store.ts', "'#revision = :expected'", "'#revision <> :expected'"],
  ['shared/adapters/aws/registry-store.ts', 'randomInt(1, 2 ** 47)', '1'],
  ['shared/adapters/aws/registry-store.ts', 'expect.revision + 1', 'expect.revision'],
];

const found = (file: string, text: string, at: number, mutant: string): Condition => {
  const line = sourceOf(file).slice(0, at).split('\n').length;
  return { file, line, text, at, mutant };
};

/** @throws when a use case has a condition that is not of a form known here, so that none is forgotten */
export function conditions(): readonly Condition[] {
  if (tolerant(sourceOf(STORE)) === sourceOf(STORE)) throw new Error(`${STORE} has no line "${HOLDS}" any more`);
  const files = globSync('shared/use-cases/**/*.ts', { cwd: root }).sort();
  const ofUseCases = files.flatMap((file) => {
    const source = sourceOf(file);
    const matches = [...source.matchAll(EXPECTATION)];
    const all = source.match(/\bexpect(?::|,| \})/g)?.length ?? 0;
    if (all !== matches.length) throw new Error(`${file}: ${all} conditions, ${matches.length} of a form known here`);
    return matches.map((m) => found(file, m[0], m.index, NO_EXPECTATION));
  });
  const ofAdapters = ADAPTERS.map(([file, text, mutant]) => {
    const at = sourceOf(file).indexOf(text);
    if (at < 0) throw new Error(`${file} has no ${text} any more`);
    return found(file, text, at, mutant);
  });
  return [...ofUseCases, ...ofAdapters];
}

export const mutated = (source: string, { at, text, mutant }: Condition): string =>
  source.slice(0, at) + mutant + source.slice(at + text.length);
