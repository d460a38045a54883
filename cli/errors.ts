/** What the process exits with. Stable: scripts rely on it. */
export const EXIT = {
  ok: 0,
  /** It failed, or the answer is no. */
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

const WHY_UNREADABLE: Readonly<Record<string, string>> = { EACCES: 'permission denied', EISDIR: 'it is a folder' };

/** Of a file that was named on the command line. */
export const unreadableFile = (file: string, error: NodeJS.ErrnoException): CommandError => {
  const { code = '', message } = error;
  const what =
    code === 'ENOENT' ? `there is no file ${file}` : `cannot read ${file}: ${WHY_UNREADABLE[code] ?? message}`;
  return new CommandError(EXIT.usage, what, { cause: error });
};
