import type { Problem } from '../../domain/records.ts';

/** Ends the reading of an upload at once. Never leaves this adapter: `validate` turns it into an outcome. */
export class BadFileError extends Error {
  override readonly name = 'BadFileError';
  readonly problems: readonly Problem[];
  constructor(...problems: readonly Problem[]) {
    super(problems.map((p) => p.message).join('; '));
    this.problems = problems;
  }
}
