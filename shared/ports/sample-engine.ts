import type { Contract } from '../domain/definition/model-definition.ts';
import type { Sample, Suspect } from '../domain/draft/sample.ts';
import type { Problem } from '../domain/records.ts';
import type { RowsOrProblems } from './data-engine.ts';

/** Reads files that no definition is written for yet. */
export interface SampleEngine {
  /** @param file `name` tells the format by its suffix. @throws SampleError */
  describe(file: { readonly path: string; readonly name: string }): Promise<Sample>;
  /** As of the data engine: what an upload of this file would meet. */
  validate(file: { path: string; name: string }, contract: Contract, rowsPath: string): Promise<RowsOrProblems>;
  /** @param rowsPath what `validate` wrote */
  suspects(rowsPath: string, contract: Contract): Promise<readonly Suspect[]>;
}

/** A file that cannot be read as a table; each problem says where and why. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => p.message).join('\n'));
    this.problems = problems;
  }
}
