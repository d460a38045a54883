import type { Cli } from './cli.ts';
import { CommandError, EXIT } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Work that Ctrl-C ends in good order: the signal given to it is aborted, and what it does then is waited for. */
export async function interruptible<T>(cli: Pick<Cli, 'err'>, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (by: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    cli.err('interrupted');
    controller.abort(new CommandError(EXIT.failed, `interrupted (${by})`));
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
