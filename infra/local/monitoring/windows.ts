import { evaluationRange } from './decide-state.ts';

/** Milliseconds since the epoch, the end excluded. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** What was measured in one slice of time. */
export interface Aggregate {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * "For any period of one minute or longer, an alarm is evaluated every minute and the evaluation is based on the window of time defined
 * by the Period and Evaluation Periods"; with periods of 10, 20 or 30 seconds, every 10 seconds. So windows slide by that step, in
 * milliseconds, whatever the period.
 */
export const stepOf = (periodSeconds: number) => (periodSeconds < 60 ? 10_000 : 60_000);

/** The windows of an alarm's evaluation range, oldest first. The newest one ends with the step that `now` is in: it is still open. */
export function windowsOf(alarm: { period: number; evaluationPeriods: number }, now: number): Window[] {
  const step = stepOf(alarm.period);
  const end = (Math.floor(now / step) + 1) * step;
  const length = alarm.period * 1000;
  return Array.from({ length: evaluationRange(alarm.evaluationPeriods) }, (_, age) => ({
    start: end - (age + 1) * length,
    end: end - age * length,
  })).reverse();
}

/** @param slices by when they start @returns undefined when nothing was measured */
export function aggregateOf(
  window: Window,
  slices: ReadonlyMap<number, Aggregate>,
  step: number,
): Aggregate | undefined {
  let whole: Aggregate | undefined;
  for (let start = window.start; start < window.end; start += step) {
    const slice = slices.get(start);
    if (slice) whole = whole ? together(whole, slice) : slice;
  }
  return whole;
}

const together = (a: Aggregate, b: Aggregate): Aggregate => ({
  sampleCount: a.sampleCount + b.sampleCount,
  sum: a.sum + b.sum,
  minimum: Math.min(a.minimum, b.minimum),
  maximum: Math.max(a.maximum, b.maximum),
});
