import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 500;

/** Asks again and again until there is an answer. @returns undefined when there is none within `seconds` */
export async function waitUntil<T>(ask: () => Promise<T | undefined>, seconds: number): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = deadline - performance.now();
    if (left <= 0) return undefined;
    await pause(Math.min(EVERY_MS, left));
  }
}
