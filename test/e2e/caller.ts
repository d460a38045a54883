import { setTimeout as pause } from 'node:timers/promises';
import type { DemoContext } from '../../demo/context.ts';
import { answersNow } from '../../demo/progress.ts';

export interface Calls {
  readonly total: number;
  readonly errors: readonly string[];
  /** How often each answer came. */
  readonly answers: ReadonlyMap<string, number>;
}

/** An application that asks the endpoint the same all the time, until it is stopped. */
export function startCalling(
  context: DemoContext,
  ask: () => Promise<string> = () => answersNow(context),
): () => Promise<Calls> {
  let on = true;
  let total = 0;
  const errors: string[] = [];
  const answers = new Map<string, number>();
  const calling = (async () => {
    while (on) {
      total += 1;
      try {
        const answer = await ask();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      } catch (error) {
        errors.push(String(error));
      }
      await pause(50);
    }
  })();
  return async () => {
    on = false;
    await calling;
    return { total, errors, answers };
  };
}
