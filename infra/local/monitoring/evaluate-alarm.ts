import type { Alarm } from './alarm.ts';
import { type AlarmState, decideState } from './decide-state.ts';
import { type Evaluated, reasonData, reasonText } from './reason.ts';

export interface Outcome {
  readonly state: AlarmState;
  /** In AWS's words. */
  readonly reason: string;
  /** JSON, as in AWS's StateReasonData. */
  readonly reasonData: string;
}

export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Since when the cloud has been there to take datapoints, in milliseconds since the epoch. */
  readonly observedSince: number;
}

/** @param range the datapoints of the evaluation range, oldest first: a window without a value is missing */
export function evaluateAlarm(
  alarm: Alarm,
  range: readonly Evaluated[],
  { now, observedSince }: Circumstances,
): Outcome {
  const isMissing = ({ value }: Evaluated) => value === undefined;
  const state = decideState({
    points: range.map(({ value }) =>
      value === undefined ? undefined : alarm.comparison.holds(value, alarm.threshold),
    ),
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    missingData: alarm.missingData,
    current: alarm.state,
    observedMissing: range.filter((point) => isMissing(point) && point.window.start >= observedSince).length,
  });
  const real = range.filter((point) => !isMissing(point)).slice(-alarm.evaluationPeriods);
  const lacking = alarm.evaluationPeriods - real.length;
  const missing = lacking === 0 ? [] : range.filter(isMissing).slice(-lacking);
  const evaluated = [...real, ...missing].sort((a, b) => b.window.start - a.window.start);
  return { state, reason: reasonText(alarm, state, evaluated), reasonData: reasonData(alarm, evaluated, now) };
}
