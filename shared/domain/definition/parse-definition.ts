import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { hashOf } from '../hash.ts';
import { contractOf, type ModelDefinition, modelDefinition } from './model-definition.ts';

/** One thing wrong with a definition: where (`columns.dep_time.min`, and the line) and why. */
export interface DefinitionProblem {
  readonly path: string;
  /** 1-based. */
  readonly line?: number;
  readonly message: string;
}

/** A model.yaml that does not define a model. Its message names the file and everything that is wrong with it. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly file: string;
  readonly problems: readonly DefinitionProblem[];
  constructor(file: string, problems: readonly DefinitionProblem[]) {
    const lines = problems.map(
      (p) => `${file}${p.line === undefined ? '' : `:${p.line}`}: ${p.path === '' ? '' : `${p.path}: `}${p.message}`,
    );
    super(lines.join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

/**
 * @param text of a model.yaml
 * @param file its name, as messages show it
 * @returns the definition with its defaults
 * @throws DefinitionError with every problem, not only the first
 */
export function parseDefinition(text: string, file: string): ModelDefinition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0)
    throw new DefinitionError(
      file,
      document.errors.map((e) => ({ path: '', line: lines.linePos(e.pos[0]).line, message: e.message })),
    );
  const value = plain(document, file);
  const result = modelDefinition.safeParse(value);
  if (result.success) return result.data;
  const lineAt = (path: Path): number | undefined => {
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, value));
  throw new DefinitionError(
    file,
    problems.map(({ path, message }) => {
      const line = lineAt(path);
      return { path: path.map(String).join('.'), message, ...(line === undefined ? {} : { line }) };
    }),
  );
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** zod's words, but for the mistakes that are made most: a field's name mistyped, a field forgotten, a column's name refused. */
function problemsOf(issue: Issue, value: unknown): readonly { path: Path; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'there is no such field' }));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  const found = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const message = found === undefined && issue.path.length > 0 ? `is missing (${issue.message})` : issue.message;
  return [{ path: issue.path, message }];
}

/** Where the field stands; for one that is not there, where the nearest around it stands. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(path[depth - 1])) : undefined;
    const node = pair ? pair.key : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0];
}

function plain(document: Document, file: string): unknown {
  try {
    // Aliases of aliases could make a small file a huge value.
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw new DefinitionError(file, [{ path: '', message: String(error) }]);
  }
}

/** Of what uploads are held to and prepared by: equal contracts have equal hashes, whatever order they are written in. */
export const contractHash = (definition: ModelDefinition): string => hashOf(contractOf(definition)).slice(0, 32);
