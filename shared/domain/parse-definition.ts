import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { hashOf } from './hash.ts';
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
  const result = modelDefinition.safeParse(plain(document, file));
  if (result.success) return result.data;
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  throw new DefinitionError(
    file,
    result.error.issues.map((issue) => {
      const line = lineOf(issue.path);
      return {
        path: issue.path.map(String).join('.'),
        message: issue.message,
        ...(line === undefined ? {} : { line }),
      };
    }),
  );
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
