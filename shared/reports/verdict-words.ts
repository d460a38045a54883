import { gateInWords } from '../domain/build/gates.ts';
import type { Verdict, VerdictOutcome } from '../domain/records.ts';

const KEPT: Readonly<Record<Exclude<VerdictOutcome, 'first' | 'better'>, string>> = {
  'not-better': 'it is not significantly better than the champion',
  identical: 'it predicts what the champion predicts',
  'not-comparable': 'it cannot be compared with the champion',
  'gates-failed': 'a gate failed',
  'too-few-rows': 'there are too few test rows to tell',
  unmeasured: 'its primary metric has no value on the test rows',
};

/** What a verdict came to, in a sentence. */
export const verdictInWords = ({ decision, outcome }: Pick<Verdict, 'decision' | 'outcome'>): string => {
  if (decision !== 'promote')
    return `not to be promoted: ${outcome in KEPT ? KEPT[outcome as keyof typeof KEPT] : outcome}`;
  return outcome === 'first' ? 'to be promoted: nothing was live' : 'to be promoted: it is better than the champion';
};

export const gatesInWords = ({ gates }: Verdict) =>
  gates.map((gate) => ({ words: gateInWords(gate), passed: gate.passed }));
