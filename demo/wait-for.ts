import { setTimeout as pause } from 'node:timers/promises';
import { StoryError } from './story.ts';

export interface WaitOptions {
  readonly seconds: number;
  /** Aborting it ends the wait. */
  readonly signal?: AbortSignal | undefined;
  readonly everyMs?: number;
}

/**
 * Asks until `look` gives something else than undefined.
 * @param what is waited for, for the error: "the upload of january.csv to have an outcome"
 * @throws StoryError after `seconds`, with what `seen` tells then
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { seconds, signal, everyMs = 500 }: WaitOptions,
  seen: () => string = () => 'nothing yet',
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new StoryError(`${what}, within ${seconds} s`, seen());
    await pause(everyMs);
  }
}
