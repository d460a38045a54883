import { distance } from 'fastest-levenshtein';

/** What the process exits with. Stable: scripts rely on it. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed, or is not so. */
  failed: 1,
  /** Wrong usage, or no stage to talk to. */
  usage: 2,
  notFound: 3,
  /** The cloud cannot be reached, or does not let us in. */
  unreachable: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error for the person at the terminal: what and where in the message, why in `details`, what to do in `todo`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly details: readonly string[];
  readonly todo: readonly string[];
  constructor(
    exitCode: ExitCode,
    message: string,
    more: { details?: readonly string[]; todo?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.exitCode = exitCode;
    this.details = more.details ?? [];
    this.todo = more.todo ?? [];
  }
}

/** The known name that was probably meant, if any is close: a third of the letters given may differ, and its end may be missing. */
export const didYouMean = (given: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, edits: Math.min(edits(given, name), edits(given, name.slice(0, given.length)) + 0.5) }))
    .filter((candidate) => given !== '' && candidate.edits <= given.length / 3 + 0.5)
    .sort((a, b) => a.edits - b.edits)[0]?.name;

const edits = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());
