import type * as z from 'zod';
import type { Column, modelDefinition, Task } from '../definition/model-definition.ts';

/** A definition inferred from a sample, before anybody has looked at it. */
export interface Draft {
  readonly definition: z.input<typeof modelDefinition>;
  /** Why each choice was made, by the path of the field: `task`, `columns.age`. */
  readonly why: Readonly<Record<string, string>>;
  /** What the owner should look at before the first upload. */
  readonly warnings: readonly string[];
}

export interface DraftOptions {
  readonly name: string;
  readonly target: string;
  readonly owner: string;
  readonly task?: Task;
  /** The columns that name a row; none of them says that nothing does. Without it, they are looked for. */
  readonly id?: readonly string[];
}

/** A sample that no model can be made of, as it is: why, and what to do. */
export class DraftError extends Error {
  override readonly name = 'DraftError';
  readonly details: readonly string[];
  readonly todo: readonly string[];
  /** Names that the columns could have, in the order of the file, where those that it has are no names of a definition. */
  readonly names: readonly string[] | undefined;
  constructor(
    message: string,
    more: { details?: readonly string[]; todo?: readonly string[]; names?: readonly string[] } = {},
  ) {
    super(message);
    this.details = more.details ?? [];
    this.todo = more.todo ?? [];
    this.names = more.names;
  }
}

/** A column as it would be written, and why. */
export interface DraftColumn {
  readonly column: z.input<typeof modelDefinition>['columns'][string] & { type: Column['type'] };
  readonly why: string;
  readonly warning?: string;
}
