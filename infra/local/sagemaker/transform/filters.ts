import { invalid, JobFailure } from '../errors.ts';
import { isObject, stringify } from './lossless-json.ts';

/** Applies a JSONPath of DataProcessing to one record. @throws JobFailure when the record has no such member */
export type Filter = (record: unknown) => unknown;

const NAME = '[A-Za-z_][\\w-]*';
const DOTTED = new RegExp(`^\\$((?:\\.${NAME})+)$`);
const BRACKETED = /^\$\[\s*((?:'[^']+'\s*,\s*)*'[^']+')\s*\]$/;

/**
 * The subset of JSONPath that is supported: `$`, `$.a.b`, `$['a']`, `$['a','b']` (the last gives an object of those members).
 * @throws ServiceError ValidationException for any other
 */
export function parseFilter(member: string, path: string): Filter {
  if (path === '$') return (record) => record;
  const dotted = DOTTED.exec(path)?.[1];
  if (dotted) {
    const names = dotted.slice(1).split('.');
    return (record) => names.reduce((value, name) => memberOf(value, name, path), record);
  }
  const bracketed = BRACKETED.exec(path)?.[1];
  if (!bracketed) {
    throw invalid(`local SageMaker supports ${member} = $, $.name and $['a','b'] only, not ${JSON.stringify(path)}`);
  }
  const names = [...bracketed.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return (record) => memberOf(record, only, path);
  return (record) => Object.fromEntries(names.map((name) => [name, memberOf(record, name, path)]));
}

function memberOf(value: unknown, name: string, path: string): unknown {
  if (isObject(value) && Object.hasOwn(value, name)) return value[name];
  throw new JobFailure(`ClientError: the filter ${path} finds no "${name}" in ${stringify(value).slice(0, 200)}`);
}

/** The record with its prediction: an object gets a member SageMakerOutput; anything else becomes one with SageMakerInput. */
export function joined(input: unknown, output: unknown): Record<string, unknown> {
  return isObject(input) ? { ...input, SageMakerOutput: output } : { SageMakerInput: input, SageMakerOutput: output };
}
