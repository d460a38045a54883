import { checkGates, formatScore, type Gate, gateInWords } from './gates.ts';
import type { Metric, Scores } from './metrics.ts';
import type { GateResult, Verdict } from './records.ts';

/** What a verdict is made of: the challenger on the frozen test rows, what is asked of it, and who is live. */
export interface Evidence {
  /** The primary metric. */
  readonly metric: Metric;
  readonly challenger: Scores;
  readonly testRows: number;
  readonly minTestRows: number;
  readonly gates: readonly Gate[];
  readonly champion?: ChampionEvidence;
}

/** The model that is live. A comparison on the same rows will stand here; without one, the champion stays. */
export interface ChampionEvidence {
  readonly release: number;
  readonly modelVersion: number;
}

/**
 * Is the challenger promoted? Gates come first, then whether there were rows enough to tell, then the champion.
 * Whatever is in doubt keeps what is live.
 */
export const decideVerdict = (evidence: Evidence): Verdict => {
  const gates = checkGates(evidence.gates, evidence.challenger);
  const { decision, reasons } = decide(evidence, gates);
  return {
    decision,
    reasons,
    metric: evidence.metric,
    challenger: evidence.challenger,
    testRows: evidence.testRows,
    gates,
  };
};

const decide = (evidence: Evidence, gates: readonly GateResult[]): Pick<Verdict, 'decision' | 'reasons'> => {
  const { testRows, minTestRows, champion } = evidence;
  const primary = measured(evidence);
  const failed = gates.filter((g) => !g.passed).map(gateInWords);
  const tooFew = testRows < minTestRows ? [`${rows(testRows)} are fewer than the ${minTestRows} needed to tell`] : [];
  if (failed.length > 0) return { decision: 'fail-gates', reasons: [...failed, ...tooFew] };
  if (tooFew.length > 0) return { decision: 'unknown', reasons: tooFew };
  if (primary === undefined)
    return { decision: 'unknown', reasons: [`${evidence.metric}, the primary metric, could not be measured`] };
  if (champion) return keepChampion(champion, primary);
  const held = gates.length === 0 ? 'the definition sets no gates' : gates.map(gateInWords).join('; ');
  return { decision: 'promote', reasons: ['no champion is live yet', held, primary] };
};

/** A challenger that has not been compared with the champion on the same rows never replaces it. */
const keepChampion = (
  { release, modelVersion }: ChampionEvidence,
  primary: string,
): Pick<Verdict, 'decision' | 'reasons'> => ({
  decision: 'keep-champion',
  reasons: [
    `model version ${modelVersion} is live as release ${release}, and the two have not been compared on the same rows`,
    primary,
  ],
});

const measured = ({ metric, challenger, testRows }: Evidence): string | undefined => {
  const value = challenger[metric];
  return value === undefined || !Number.isFinite(value)
    ? undefined
    : `${metric} ${formatScore(value)} on ${rows(testRows)}`;
};

const rows = (n: number) => (n === 1 ? '1 test row' : `${n} test rows`);
