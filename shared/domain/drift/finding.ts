/**
 * What a drift check found. These shapes are kept in the registry (`DriftMonitor`, `DriftCheck`), in the JSON report (`DriftReport`),
 * and are what a page is composed of.
 */

/** `unknown`: there is not enough to say either. It is never taken for `ok`. */
export type DriftVerdict = 'ok' | 'drift' | 'unknown';

/**
 * What was compared: `ks` and `shape` the values of a number, `categories` those of a text, `new-values` the share of those that the
 * baseline never saw, `missing` the share of nulls.
 */
export type DriftTest = 'ks' | 'shape' | 'categories' | 'new-values' | 'missing';

export interface TestResult {
  readonly test: DriftTest;
  /** D of Kolmogorov and Smirnov; Pearson's chi-square; of the two shares, their difference. */
  readonly statistic: number;
  /** Before any correction. */
  readonly p: number;
  /** Corrected over all tests of the check (Holm): compared with the check's `alpha`. */
  readonly pCorrected: number;
  /** How large the change is, in the measure that its floor is in, and whether it reaches the floor. */
  readonly effect: { readonly measure: 'psi' | 'sigmas' | 'share'; readonly value: number; readonly floor: number };
  /** Corrected significance and an effect above its floor: only both together page. */
  readonly page: boolean;
  /** The same by the weaker standard of a report (Benjamini-Hochberg): shown, never paged. */
  readonly notable: boolean;
}

/** Figures of one side, the baseline's or the window's. */
export interface ColumnFigures {
  readonly rows: number;
  /** Share of nulls, 0 to 1. */
  readonly missing: number;
  /** Of a number; null where it cannot be said. */
  readonly mean?: number | null;
  readonly stddev?: number | null;
  /** Of a text or boolean: the most frequent values with their shares, at most five. */
  readonly top?: readonly { readonly value: string; readonly share: number }[];
}

/** One column of the check. `prediction` is the model's own answer. */
export interface ColumnFinding {
  readonly column: string;
  readonly role: 'feature' | 'prediction';
  readonly kind: 'numeric' | 'categorical';
  /** Any of its tests pages; any is notable. */
  readonly page: boolean;
  readonly notable: boolean;
  /** The smallest corrected p of its tests; 1 when none could be made. */
  readonly p: number;
  /** Population stability index, less what chance alone gives; 0 or more. */
  readonly psi: number;
  /** Of a number: how far the mean moved, in standard deviations of the baseline. */
  readonly sigmas?: number;
  readonly before: ColumnFigures;
  readonly now: ColumnFigures;
  /** Values that the baseline never saw, most frequent first, at most five. */
  readonly newValues?: readonly { readonly value: string; readonly share: number }[];
  readonly tests: readonly TestResult[];
  /** One line for people, such as `distance: mean 1,047 → 1,685 (+0.87σ), PSI 0.68, p 3e-40`. */
  readonly words: string;
}

/** What a page and a list show of a column: ColumnFinding without its tests. */
export type TopFeature = Omit<ColumnFinding, 'tests'>;

/** Where something is in the model repository. */
export interface ReportAddress {
  readonly bucket: string;
  readonly json: string;
  readonly html: string;
}

/** A check that was decided: `check#drift#<n>`. Checks of one model count 1, 2, 3 … */
export interface DriftCheck {
  readonly model: string;
  readonly check: number;
  readonly release: number;
  readonly modelVersion: number;
  readonly at: string;
  readonly verdict: 'ok' | 'drift';
  readonly reason: string;
  /** Times of the window's first and last captured call; the window began to be gathered at `from`. */
  readonly window: {
    readonly rows: number;
    readonly from: string;
    readonly firstCall?: string;
    readonly lastCall?: string;
  };
  /** What could not be read, with the first reasons: never dropped without a word. */
  readonly unreadable: Unreadable;
  /** The corrected significance that a page needed. */
  readonly alpha: number;
  /** Those that page first, then by effect; at most five. */
  readonly topFeatures: readonly TopFeature[];
  readonly report: ReportAddress;
}

export interface Unreadable {
  /** Captured calls, or rows in them, that could not be made sense of. */
  readonly lines: number;
  readonly reasons: readonly string[];
}

/** How the drift of a model stands: `monitor#drift`. */
export interface DriftMonitor {
  readonly checkedAt: string;
  /** False where the endpoint captures no calls, so that nothing will ever be known; otherwise absent. */
  readonly watched?: false;
  readonly verdict: DriftVerdict;
  readonly reason: string;
  /** Since when the verdict is this one. */
  readonly since: string;
  /** Rows gathered for the next verdict. */
  readonly pendingRows: number;
  readonly release?: number;
  /** The last check that was decided, whatever has been unknown since; with its findings. */
  readonly lastCheck?: number;
  readonly lastVerdict?: 'ok' | 'drift';
  readonly report?: ReportAddress;
  readonly topFeatures?: readonly TopFeature[];
}

/** How fresh a model is: `monitor#freshness`. */
export interface FreshnessMonitor {
  readonly checkedAt: string;
  readonly verdict: 'ok' | 'stale' | 'unknown';
  readonly reason: string;
  readonly since: string;
  readonly championAgeDays?: number;
  readonly dataAgeDays?: number;
}

/** What became of asking for a retraining: `monitor#retraining`. */
export interface Retraining {
  readonly status: 'idle' | 'waiting-for-data' | 'requested' | 'cooldown' | 'stopped';
  readonly since: string;
  readonly reason: string;
  /** Retrainings one after the other that did not promote. */
  readonly inARow: number;
  /** The newest run when it was asked for: the next one is the retraining. */
  readonly afterRun?: number;
  /** When the last retraining ended: the cooldown counts from here. */
  readonly endedAt?: string;
}

/** The JSON report: everything, column by column. */
export interface DriftReport extends Omit<DriftCheck, 'topFeatures' | 'report'> {
  readonly columns: readonly ColumnFinding[];
  /** What was compared with. */
  readonly baseline: { readonly dataVersion: number; readonly rows: number };
  /** Shares before and now, of the first columns, at most `MOST_CHARTS`. */
  readonly charts: readonly { readonly column: string; readonly bars: readonly BarPair[] }[];
}

export const MOST_CHARTS = 24;

/** A bar of each side, as shares of the rows that have a value. */
export interface BarPair {
  readonly label: string;
  readonly before: number;
  readonly now: number;
}
