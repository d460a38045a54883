import type { Problem } from '../../domain/records.ts';

export { cut } from '../../domain/cut.ts';

export const MAX_PROBLEMS = 20;
export const MAX_EXAMPLES = 3;

/** Collects problems: a few examples of each kind (code and column), with the count of all of them on the first. */
export class ProblemList {
  readonly #kinds = new Map<string, { examples: Problem[]; rows: number }>();

  /** @param rows how many rows this example stands for, itself included */
  add(problem: Problem, rows = 1): void {
    const kind = `${problem.code}\0${problem.column ?? ''}`;
    const known = this.#kinds.get(kind) ?? { examples: [], rows: 0 };
    this.#kinds.set(kind, known);
    known.rows += rows;
    if (known.examples.length < MAX_EXAMPLES) known.examples.push(problem);
  }

  get empty(): boolean {
    return this.#kinds.size === 0;
  }

  /** One example of every kind first, then second ones while there is room; in the order of the file. */
  all(): readonly Problem[] {
    const kinds = [...this.#kinds.values()].map(({ examples, rows }) =>
      examples.map((p, i) => (i === 0 && rows > 1 ? { ...p, rows } : p)),
    );
    const rounds = Array.from({ length: MAX_EXAMPLES }, (_, i) => kinds.flatMap((k) => k[i] ?? []));
    return rounds
      .flat()
      .slice(0, MAX_PROBLEMS)
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  }
}
