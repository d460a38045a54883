import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import {
  type CodeFile,
  ENTRY_POINTS,
  isPartOfCode,
  PARSED_DEFINITION_FILE,
  parsedDefinitionText,
  textOf,
  treeHashOf,
  treeProblems,
} from '../../domain/build/code-tree.ts';
import type { ModelDefinition } from '../../domain/definition/model-definition.ts';
import { parseDefinition } from '../../domain/definition/parse-definition.ts';
import { packCode } from './code-archive.ts';

export interface CodeBundle {
  readonly model: string;
  readonly definition: ModelDefinition;
  readonly treeHash: string;
  readonly files: readonly CodeFile[];
  /** `.tar.gz` */
  readonly archive: Uint8Array;
}

/** A model's folder cannot be published as it is. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** The recipe that a model without code of its own is trained and served by. */
export const RECIPE = resolve(import.meta.dirname, '../../../recipes/gradient-boosting');

/**
 * Makes a model's folder into what the code repository takes: its files; where `train.py` or `inference.py` is not among them, the
 * recipe's as well (a file of the folder's own goes before); and the definition as parsed.
 * @throws BundleError with the folder, and all that is wrong with it; DefinitionError with file, path and reason
 */
export async function bundleModel(folder: string, { recipe = RECIPE }: { recipe?: string } = {}): Promise<CodeBundle> {
  const own = (await filesOf(folder)).filter((f) => f.path !== PARSED_DEFINITION_FILE);
  const text = textOf(own, 'model.yaml');
  if (text === undefined) throw new BundleError(`${folder} has no model.yaml: it defines the model`);
  const definition = parseDefinition(text, join(folder, 'model.yaml'));
  const has = (path: string) => own.some((f) => f.path === path);
  const lent = ENTRY_POINTS.every(has) ? [] : (await filesOf(recipe)).filter((f) => !has(f.path));
  const parsed = {
    path: PARSED_DEFINITION_FILE,
    bytes: new TextEncoder().encode(parsedDefinitionText(definition)),
  };
  const files = [...own, ...lent.filter((f) => f.path !== PARSED_DEFINITION_FILE), parsed];
  const problems = treeProblems(files);
  if (problems.length > 0) throw new BundleError(`${folder}: ${problems.join('; ')}`);
  return { model: definition.name, definition, treeHash: treeHashOf(files), files, archive: await packCode(files) };
}

async function filesOf(folder: string): Promise<readonly CodeFile[]> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.split(sep).join('/'));
  const files: CodeFile[] = [];
  for (const path of names.filter(isPartOfCode).sort()) {
    const found = await lstat(join(folder, path));
    // A link leads to something else on every machine.
    if (found.isSymbolicLink()) throw new BundleError(`${join(folder, path)} is a link: put the file itself there`);
    if (found.isFile()) files.push({ path, bytes: new Uint8Array(await readFile(join(folder, path))) });
  }
  return files;
}
