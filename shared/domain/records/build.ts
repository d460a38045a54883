import type { Metric, Scores } from '../build/metrics.ts';

/** What was made of it: runs, verdicts, model versions. */

export interface CandidateResult {
  readonly candidate: string;
  readonly trainingJob: string;
  /** On the validation rows, as the training wrote them into its artefact. */
  readonly validation: Scores;
}

/**
 * In a word, what a verdict came to. `first`: nothing was live. `identical`: it predicts what the champion predicts.
 * `not-comparable`: the champion could not be scored on the same rows. `unmeasured`: the primary metric has no value on these rows.
 */
export type VerdictOutcome =
  | 'first'
  | 'better'
  | 'not-better'
  | 'identical'
  | 'not-comparable'
  | 'gates-failed'
  | 'too-few-rows'
  | 'unmeasured';

/** Why a challenger is, or is not, promoted. */
export interface Verdict {
  readonly decision: 'promote' | 'keep-champion' | 'fail-gates' | 'unknown';
  readonly outcome: VerdictOutcome;
  /** What decided, in words and figures. */
  readonly reasons: readonly string[];
  readonly metric: Metric;
  readonly challenger: Scores;
  readonly testRows: number;
  readonly gates: readonly GateResult[];
  /** Who was live when this was decided; `scores` on the same test rows, scored now, where that could be done. */
  readonly champion?: { readonly release: number; readonly modelVersion: number; readonly scores?: Scores };
  readonly comparison?: Comparison;
}

/** Challenger against champion on the primary metric, turned so that more is better for the challenger. */
export interface Comparison {
  readonly difference: number;
  /** The bootstrap interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** The challenger is better when `low` is above it. */
  readonly margin: number;
  /** Of the interval: 0.95. */
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  /** What was drawn in place of single rows: those with the same value of a column, together. */
  readonly groups?: { readonly by: string; readonly count: number };
}

export interface GateResult {
  readonly metric: Metric;
  readonly min?: number;
  readonly max?: number;
  readonly value: number | undefined;
  readonly passed: boolean;
}

/** One data version × one code version, trained once. */
export interface Run {
  readonly model: string;
  readonly run: number;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly status: 'running' | 'finished' | 'failed';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly candidates?: readonly CandidateResult[];
  /** The best candidate, registered. */
  readonly modelVersion?: number;
  readonly verdict?: Verdict;
  readonly failure?: { readonly error: string; readonly reason: string };
  readonly deployment?: RunDeployment;
  /** What somebody decided of its promotion, where that was asked for; the newest decision. */
  readonly approval?: Approval & { readonly decision: 'approved' | 'rejected' };
}

/** What became of a run's promotion. */
export interface RunDeployment {
  /**
   * `waiting-for-approval`: its verdict promotes it, and somebody is to say so, too. `superseded`: a newer challenger waits in its place.
   * `rejected`: by somebody. `refused`: its endpoint cannot become what it asks for. `held`: promoted by its verdict while automatic promotion was on hold.
   */
  readonly status:
    | 'waiting-for-approval'
    | 'superseded'
    | 'rejected'
    | 'refused'
    | 'deploying'
    | 'live'
    | 'failed'
    | 'not-needed'
    | 'held';
  readonly release?: number;
  readonly reason?: string;
  readonly at: string;
}

/** Who said so, and why. */
export interface Approval {
  /** The caller's ARN, as STS tells it to the command. */
  readonly by: string;
  readonly reason?: string;
  readonly at: string;
}

/** The challenger that waits for somebody's approval: at most one a model, and always the newest. */
export interface WaitingChallenger {
  readonly run: number;
  readonly modelVersion: number;
  /** The run that waited until then. */
  readonly supersedes?: number;
  readonly since: string;
}

/** Held by the run that is under way: at most one a model. */
export interface RunSlot {
  readonly run: number;
  readonly since: string;
}

/** Which run took this data version × this code version. */
export interface RunOf {
  readonly run: number;
}

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  readonly run: number;
  readonly candidate: string;
  readonly trainingJob: string;
  readonly dataVersion: number;
  readonly codeVersion: number;
  readonly artifact: { readonly bucket: string; readonly key: string; readonly sha256: string };
  readonly image: string;
  readonly validation: Scores;
  readonly test?: Scores;
  readonly createdAt: string;
}
