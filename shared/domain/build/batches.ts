import { PREPARATIONS_AT_ONCE } from '../quotas.ts';

/** Of hashes; a state's payload has 256 KiB. */
const MOST_AT_A_TIME = 1000;

/** The first of the parts, dealt out to those that prepare them; the others are for the next time. */
export const batchesOf = (parts: readonly string[]): string[][] => {
  const batches: string[][] = Array.from({ length: Math.min(PREPARATIONS_AT_ONCE, parts.length) }, () => []);
  for (const [i, part] of parts.slice(0, MOST_AT_A_TIME).entries()) batches[i % batches.length]?.push(part);
  return batches;
};
