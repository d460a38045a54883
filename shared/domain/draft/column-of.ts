import type { Sample, SampleColumn } from './sample.ts';

/** @param what it is wanted for. @throws UnknownColumnError */
export const columnOf = ({ columns }: Sample, name: string, what: string): SampleColumn => {
  const found = columns.find((c) => c.name === name);
  if (found) return found;
  throw new UnknownColumnError(
    what,
    name,
    columns.map((c) => c.name),
  );
};

/** A column that was asked for and is not there. */
export class UnknownColumnError extends Error {
  override readonly name = 'UnknownColumnError';
  readonly asked: string;
  readonly known: readonly string[];
  constructor(what: string, asked: string, known: readonly string[]) {
    super(`the sample has no column "${asked}" for the ${what}`);
    this.asked = asked;
    this.known = known;
  }
}
