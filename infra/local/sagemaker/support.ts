/**
 * What an operation does with each member of its request. A member that is not listed is refused by name: a setting that would be
 * ignored in silence is one that somebody believes in.
 */
export type Support =
  /** Works as on AWS, with all that is below it. */
  | { readonly kind: 'honoured' }
  /** Accepted without effect, for the reason given. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Only these values work; any other is refused. */
  | { readonly kind: 'only'; readonly values: readonly unknown[] }
  /** A structure, or a list of structures (`max` at most), member by member. */
  | { readonly kind: 'members'; readonly members: Members; readonly max?: number };

export type Members = Readonly<Record<string, Support>>;

export const honoured: Support = { kind: 'honoured' };
export const ignored = (reason: string): Support => ({ kind: 'ignored', reason });
export const only = (...values: readonly unknown[]): Support => ({ kind: 'only', values });
export const members = (of: Members): Support => ({ kind: 'members', members: of });
export const listOf = (of: Members, max: number): Support => ({ kind: 'members', members: of, max });

/** @returns what local SageMaker would have to ignore, as sentences; empty when it honours the whole request */
export function unsupported(operation: string, supports: Members, input: object): string[] {
  return Object.entries(input).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    return refusals(`${operation}.${name}`, supports[name], value);
  });
}

function refusals(path: string, support: Support | undefined, value: unknown): string[] {
  if (!support) return [`local SageMaker does not support ${path}; leave it out, or use AWS`];
  if (support.kind === 'only' && !support.values.includes(value)) {
    return [`local SageMaker supports ${path} = ${support.values.join(' or ')}, not ${JSON.stringify(value)}`];
  }
  if (support.kind !== 'members') return [];
  if (!Array.isArray(value)) return unsupported(path, support.members, value as object);
  if (support.max !== undefined && value.length > support.max) {
    return [`local SageMaker supports ${support.max} of ${path}, not ${value.length}`];
  }
  return value.flatMap((entry) => unsupported(path, support.members, entry));
}
