import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant, if any is close: a third of the letters given may differ, and its end may be missing. */
export const didYouMean = (given: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, edits: Math.min(edits(given, name), edits(given, name.slice(0, given.length)) + 0.5) }))
    .filter((candidate) => given !== '' && candidate.edits <= given.length / 3 + 0.5)
    .sort((a, b) => a.edits - b.edits)[0]?.name;

const edits = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());
