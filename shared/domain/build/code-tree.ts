import { hashOf, sha256 } from '../hash.ts';

/** A model's code as files: what a bundle holds, and what a code version is known by. */

export interface CodeFile {
  /** Relative, with `/` on every system. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export const CODE_LIMITS = {
  /** The registry keeps each file's path and hash with the version, in an item of at most 396 KiB. */
  files: 1000,
  pathLength: 200,
  /** Unpacked. Code, not weights: register-code holds it in memory. */
  bytes: 64 * 1024 ** 2,
  archiveBytes: 32 * 1024 ** 2,
} as const;

const DEFINITION_FILE = 'model.yaml';
/** The definition as parsed, with its defaults: what the ready-made recipes read. Made when bundling. */
export const PARSED_DEFINITION_FILE = 'definition.json';
export const ENTRY_POINTS = ['train.py', 'inference.py'] as const;

/** Editors', Python's and the system's own droppings are no part of the code. */
export const isPartOfCode = (path: string): boolean =>
  !path.split('/').some((name) => name.startsWith('.') || name === '__pycache__') && !path.endsWith('.pyc');

/** One spelling on every system, nothing that a shell or an archive could take for something else. */
const PATH = /^[\w+@=,-][\w.+@=, -]*(\/[\w+@=,-][\w.+@=, -]*)*$/;

/** @returns why a path cannot be in a bundle, or undefined */
export function pathProblem(path: string): string | undefined {
  const shown = JSON.stringify(path.length > 100 ? `${path.slice(0, 99)}…` : path);
  if (path.length > CODE_LIMITS.pathLength) return `${shown} has more than ${CODE_LIMITS.pathLength} characters`;
  if (!PATH.test(path)) return `${shown}: a path must be relative, with only letters, digits and ._+@=,- in its names`;
  return undefined;
}

/** Everything that is wrong with a model's files, whatever they say. */
export function treeProblems(files: readonly CodeFile[]): readonly string[] {
  const paths = new Set(files.map((f) => f.path));
  const bytes = files.reduce((sum, f) => sum + f.bytes.byteLength, 0);
  const problems = files.flatMap((f) => pathProblem(f.path) ?? []);
  if (paths.size < files.length) problems.push('two files have the same path');
  if (files.length > CODE_LIMITS.files)
    problems.push(`${files.length} files, at most ${CODE_LIMITS.files} are allowed`);
  if (bytes > CODE_LIMITS.bytes) problems.push(`${bytes} bytes unpacked, at most ${CODE_LIMITS.bytes} are allowed`);
  for (const needed of [DEFINITION_FILE, ...ENTRY_POINTS])
    if (!paths.has(needed)) problems.push(`${needed} is missing at the root of the bundle`);
  if (paths.has('requirements.txt'))
    problems.push(
      'requirements.txt would be installed from the network at every container start: put the packages it names into the folder instead',
    );
  return problems;
}

/** Files by their path, so that neither a file system's nor an archive's order leaves a trace. */
export const sortedFiles = (files: readonly CodeFile[]): readonly CodeFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

export const fileHashes = (files: readonly CodeFile[]): readonly { path: string; sha256: string }[] =>
  sortedFiles(files).map(({ path, bytes }) => ({ path, sha256: sha256(bytes) }));

/** Over paths and contents only. */
export const treeHashOf = (files: readonly CodeFile[]): string =>
  hashOf(fileHashes(files).map((f) => [f.path, f.sha256]));

export const textOf = (files: readonly CodeFile[], path: string): string | undefined => {
  const file = files.find((f) => f.path === path);
  return file && new TextDecoder().decode(file.bytes);
};

/** The text of `definition.json`. The order of members is kept: that of columns is that of features. */
export const parsedDefinitionText = (definition: object): string => `${JSON.stringify(definition, null, 2)}\n`;
