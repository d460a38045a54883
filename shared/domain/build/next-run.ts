/** What the registry says at one moment; numbers are versions, absent when there is none yet. */
export interface RunSituation {
  readonly newestData?: number;
  readonly newestCode?: number;
  /** The run that took newest data × newest code. */
  readonly takenBy?: number;
  /** The run under way. */
  readonly underWay?: number;
  /** The newest run's number, 0 before the first. */
  readonly lastRun: number;
  readonly retired?: boolean;
}

export type NextRun =
  | { readonly start: { readonly run: number; readonly dataVersion: number; readonly codeVersion: number } }
  | { readonly start?: never; readonly reason: string };

/** The newest of both has its run: what is waited for is newer data or code, or that run's end. */
const waiting = ({ newestData, newestCode, takenBy, underWay }: Omit<RunSituation, 'lastRun' | 'retired'>): string =>
  takenBy === underWay
    ? `run ${takenBy} is under way, on the newest data and code`
    : `waiting for new data or code: run ${takenBy} took the newest, data version ${newestData} × code version ${newestCode}`;

/**
 * Which run to start now, if any. Looks only at the state of things, never at what called: events may be lost, repeated or
 * reordered, and triggers that arrive while a run is under way merge into the one that follows.
 */
export const nextRun = ({ newestData, newestCode, takenBy, underWay, lastRun, retired }: RunSituation): NextRun => {
  if (retired) return { reason: 'the model is retired: uploads are still registered, but nothing is trained' };
  if (newestData === undefined) return { reason: 'no data version yet' };
  if (newestCode === undefined) return { reason: 'no code version yet' };
  if (takenBy !== undefined) return { reason: waiting({ newestData, newestCode, takenBy, underWay }) };
  if (underWay !== undefined)
    return {
      reason: `run ${underWay} is under way; when it ends, the next starts on data ${newestData} × code ${newestCode}`,
    };
  return { start: { run: lastRun + 1, dataVersion: newestData, codeVersion: newestCode } };
};
