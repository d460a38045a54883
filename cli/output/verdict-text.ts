import type { GateResult, Verdict } from '../../shared/domain/records.ts';
import { numberText, plural, scoresText } from './text.ts';

/** Why a verdict promotes nothing, in two words; undefined when it does. */
export const outcomeInShort = ({ decision, outcome }: Pick<Verdict, 'decision' | 'outcome'>): string | undefined =>
  decision === 'promote'
    ? undefined
    : outcome === 'too-few-rows'
      ? 'too few rows'
      : outcome === 'gates-failed'
        ? 'a gate failed'
        : outcome === 'unmeasured'
          ? 'not measured'
          : undefined;

/** What a verdict came to, in a phrase. */
export function decisionText({ decision, outcome }: Pick<Verdict, 'decision' | 'outcome'>): string {
  if (decision === 'promote') return 'promoted';
  switch (outcome) {
    case 'gates-failed':
      return 'not promoted: a gate failed';
    case 'too-few-rows':
      return 'not promoted: too few test rows';
    case 'unmeasured':
      return 'not promoted: cannot be measured';
    case 'identical':
      return 'not promoted: the same as the champion';
    case 'not-comparable':
      return 'not promoted: not comparable with the champion';
    default:
      return 'not promoted: not better than the champion';
  }
}

/** Its score against the champion's, and the interval of the difference, on two short lines; without a champion, its score. */
export function scoresInShort({ metric, challenger, champion, comparison }: Verdict): string {
  const against = champion?.scores ? ` vs ${numberText(champion.scores[metric])}` : '';
  const interval = comparison ? `\nby ${signed(comparison.low)} to ${signed(comparison.high)}` : '';
  return `${metric} ${numberText(challenger[metric])}${against}${interval}`;
}

const signed = (x: number) => `${x > 0 ? '+' : ''}${Number(x.toPrecision(3))}`;

const gateText = (gate: GateResult): string => {
  const bounds = [
    ...(gate.min === undefined ? [] : [`at least ${numberText(gate.min)}`]),
    ...(gate.max === undefined ? [] : [`at most ${numberText(gate.max)}`]),
  ].join(', ');
  return `passed: ${gate.metric} ${numberText(gate.value)} (${bounds})`;
};

/** A verdict in full. */
export function verdictLines(verdict: Verdict): readonly string[] {
  const { metric, challenger, champion, comparison: c, testRows, gates, reasons } = verdict;
  return [
    `verdict     ${decisionText(verdict)}`,
    ...reasons.map((reason) => `            ${reason}`),
    `test        ${scoresText(challenger)} on ${plural(testRows, 'row')}`,
    ...(champion
      ? [
          `champion    model version ${champion.modelVersion}, release ${champion.release}${champion.scores ? `: ${scoresText(champion.scores)} on the same rows` : ''}`,
        ]
      : []),
    ...(c
      ? [
          // The figures are among the reasons.
          `compared    by ${metric}, paired bootstrap of ${c.groups ? 'whole groups' : 'the rows'}: ${plural(c.resamples, 'resample')}, seed ${c.seed}, margin ${numberText(c.margin)}`,
        ]
      : []),
    // Those that failed are the reason, said above.
    ...gates.filter((gate) => gate.passed).map((gate) => `gate        ${gateText(gate)}`),
  ];
}
