import type { Comparison, GateResult, Verdict } from '../records.ts';
import type { Groups } from './comparison.ts';
import { checkGates, formatScore, type Gate, gateInWords } from './gates.ts';
import type { Metric, Scores } from './metrics.ts';

/** What a verdict is made of: the challenger on the frozen test rows, what is asked of it, and who is live. */
export interface Evidence {
  /** The primary metric. */
  readonly metric: Metric;
  readonly challenger: Scores;
  readonly testRows: number;
  readonly minTestRows: number;
  /** Of the test rows, where those of one belong together. */
  readonly groups?: Pick<Groups, 'by' | 'count'>;
  /** The test rows of the rarest class, of tasks that have classes; with groups, in how many of them it is. */
  readonly rarestClass?: number;
  readonly gates: readonly Gate[];
  readonly champion?: ChampionEvidence;
  /** When the champion could not be scored on these rows. */
  readonly notComparable: 'keep' | 'promote';
}

export interface ChampionEvidence {
  readonly release: number;
  readonly modelVersion: number;
  readonly found: ComparisonOutcome;
}

/** What came of holding the champion against the challenger. */
export type ComparisonOutcome =
  | { readonly kind: 'compared'; readonly scores: Scores; readonly comparison: Comparison }
  /** `same` says what is the same in both; `scores` where they were measured. */
  | { readonly kind: 'identical'; readonly same: string; readonly scores?: Scores }
  | { readonly kind: 'not-comparable'; readonly why: string };

/**
 * These compare classes with each other, however few rows one has: with fewer than this of one class, the interval rests on those few and
 * is too narrow.
 */
const BY_CLASS: readonly Metric[] = ['auc', 'macro_f1'];
export const MIN_RAREST_CLASS = 10;

/**
 * An interval from fewer groups is too narrow: "few" are five to thirty (Cameron, Gelbach & Miller, Bootstrap-based improvements for
 * inference with clustered errors, Review of Economics and Statistics 90, 2008).
 */
export const MIN_TEST_GROUPS = 30;

type Decided = Pick<Verdict, 'decision' | 'outcome' | 'reasons'>;

/**
 * Is the challenger promoted? Gates come first, then whether there were rows enough to tell, then the champion.
 * Whatever is in doubt keeps what is live, unless the definition says otherwise of a champion that cannot be compared.
 */
export const decideVerdict = (evidence: Evidence): Verdict => {
  const { metric, challenger, testRows, champion } = evidence;
  const gates = checkGates(evidence.gates, challenger);
  const decided = decide(evidence, gates);
  return {
    ...decided,
    metric,
    challenger,
    testRows,
    gates,
    ...(champion && { champion: whoWasLive(champion) }),
    ...(champion?.found.kind === 'compared' && { comparison: champion.found.comparison }),
  };
};

const whoWasLive = ({ release, modelVersion, found }: ChampionEvidence) => ({
  release,
  modelVersion,
  ...('scores' in found && found.scores && { scores: found.scores }),
});

const decide = (evidence: Evidence, gates: readonly GateResult[]): Decided => {
  const { champion, metric } = evidence;
  const failed = gates.filter((g) => !g.passed).map(gateInWords);
  const tooFew = tooFewRows(evidence);
  if (failed.length > 0) return { decision: 'fail-gates', outcome: 'gates-failed', reasons: [...failed, ...tooFew] };
  if (tooFew.length > 0) return { decision: 'unknown', outcome: 'too-few-rows', reasons: tooFew };
  if (!Number.isFinite(evidence.challenger[metric])) {
    const reasons = [`${metric}, the primary metric, has no value on these ${rows(evidence.testRows)}`];
    return { decision: 'unknown', outcome: 'unmeasured', reasons };
  }
  if (champion) return against(champion, evidence);
  return { decision: 'promote', outcome: 'first', reasons: ['no champion is live yet'] };
};

const tooFewRows = ({ testRows, minTestRows, groups, rarestClass, metric }: Evidence): readonly string[] => [
  ...(testRows < minTestRows ? [`${rows(testRows)} are fewer than the ${minTestRows} needed to tell`] : []),
  ...(groups && groups.count < MIN_TEST_GROUPS
    ? [
        `the test rows are of ${groupsInWords(groups)}, fewer than the ${MIN_TEST_GROUPS} that an interval needs (split.group)`,
      ]
    : []),
  ...(BY_CLASS.includes(metric) && rarestClass !== undefined && rarestClass < MIN_RAREST_CLASS
    ? [
        `the rarest class has ${groups ? `test rows in ${groupsInWords({ ...groups, count: rarestClass })}` : rows(rarestClass)}, fewer than the ${MIN_RAREST_CLASS} that an interval for ${metric} needs`,
      ]
    : []),
];

const against = (champion: ChampionEvidence, evidence: Evidence): Decided => {
  const live = `model version ${champion.modelVersion}, live as release ${champion.release}`;
  const { found } = champion;
  switch (found.kind) {
    case 'identical':
      return {
        decision: 'keep-champion',
        outcome: 'identical',
        reasons: [`it is the same as ${live}: ${found.same}`],
      };
    case 'not-comparable': {
      const why = `cannot be compared with ${live}: ${found.why}`;
      return evidence.notComparable === 'promote'
        ? {
            decision: 'promote',
            outcome: 'not-comparable',
            reasons: [why, 'so the challenger is promoted (evaluation.notComparable is promote)'],
          }
        : {
            decision: 'keep-champion',
            outcome: 'not-comparable',
            reasons: [why, 'so the champion stays (evaluation.notComparable is keep)'],
          };
    }
    case 'compared':
      return compared(live, found, evidence);
  }
};

const compared = (
  live: string,
  { scores, comparison }: Extract<ComparisonOutcome, { kind: 'compared' }>,
  { metric, challenger, testRows }: Evidence,
): Decided => {
  const { difference, low, high, margin, level } = comparison;
  const figures = `${metric} ${score(challenger[metric])} against ${score(scores[metric])} for ${live}, on the same ${rows(testRows)}`;
  const interval = `improvement ${signed(difference)}, ${level * 100}% interval ${signed(low)} to ${signed(high)}${resampled(comparison)}`;
  if (low > margin)
    return { decision: 'promote', outcome: 'better', reasons: [figures, `${interval}: all above ${margin}`] };
  const why =
    high < 0
      ? 'the champion is better'
      : low > 0
        ? `better, but not significantly beyond the margin of ${margin}`
        : 'the interval contains 0, so this may be chance';
  return { decision: 'keep-champion', outcome: 'not-better', reasons: [figures, `${interval}: ${why}`] };
};

const score = (value: number | undefined) => (value === undefined ? 'no value' : formatScore(value));
const signed = (value: number) => `${value > 0 ? '+' : ''}${Number(value.toPrecision(3))}`;
const resampled = ({ groups }: Comparison) =>
  groups ? ` (resampled by ${groups.by}: ${count(groups.count, 'group')})` : '';
const groupsInWords = (groups: Pick<Groups, 'by' | 'count'>) => `${count(groups.count, 'group')} by ${groups.by}`;
const count = (n: number, what: string) => (n === 1 ? `1 ${what}` : `${n.toLocaleString('en-US')} ${what}s`);
const rows = (n: number) => count(n, 'test row');
