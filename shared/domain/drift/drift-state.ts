import type { Unreadable } from '../records.ts';
import type { Watermark } from './watermark.ts';
import type { Window } from './window.ts';

/** Where the next check goes on from: written to the model repository under its hash, and in force once the registry names it. */
export interface DriftState {
  readonly release: number;
  readonly watermark: Watermark;
  /** Since when the window has been gathered. */
  readonly from: string;
  /** Counted and not yet judged. */
  readonly window?: Window;
  readonly unreadable: Unreadable;
}

/** `state#drift`. */
export interface DriftStatePointer {
  readonly release: number;
  readonly key: string;
  /** A decided check whose metric and wish for retraining may not have been given out yet. */
  readonly unannounced?: number;
}

const MOST_REASONS = 5;

export const withUnreadable = (before: Unreadable, more: readonly string[]): Unreadable => ({
  lines: before.lines + more.length,
  reasons: [...new Set([...before.reasons, ...more])].slice(0, MOST_REASONS),
});
