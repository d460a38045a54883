import type { TopFeature } from '../drift/column-drift.ts';

/** What monitoring found, and what became of it. */

/** `unknown`: there is not enough to say either. It is never taken for `ok`. */
export type DriftVerdict = 'ok' | 'drift' | 'unknown';

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

/** Where something is in the model repository. */
export interface ReportAddress {
  readonly bucket: string;
  readonly json: string;
  readonly html: string;
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
  /** There while calls are answered, and none is captured. */
  readonly silence?: CaptureSilence;
}

/** Calls that were answered in these whole hours, and of which none was captured. */
export interface CaptureSilence {
  readonly from: string;
  readonly until: string;
  readonly calls: number;
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

/** The live release does not serve: `monitor#serving`, there only while that is so. */
export interface NotServing {
  readonly release: number;
  readonly modelVersion: number;
  readonly endpoint: string;
  /** The configuration that should serve. */
  readonly wanted: string;
  /** How the endpoint is instead, in SageMaker's words; absent when there is none. */
  readonly found?: { readonly status: string; readonly config?: string; readonly reason?: string };
  readonly since: string;
}
