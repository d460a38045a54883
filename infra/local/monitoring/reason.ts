import type { Alarm } from './alarm.ts';
import type { AlarmState } from './decide-state.ts';
import type { Window } from './windows.ts';

/** One period of an evaluation; without a value, its datapoint is missing. */
export interface Evaluated {
  readonly window: Window;
  readonly value?: number;
  readonly sampleCount?: number;
}

/**
 * Why an alarm changed to a state, as AWS words it (from published notifications; nothing should match on it).
 * @param evaluated newest first
 */
export function reasonText(alarm: Alarm, state: AlarmState, evaluated: readonly Evaluated[]): string {
  const real = evaluated.filter(({ value }) => value !== undefined);
  const missing = evaluated.length - real.length;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${datapoints(missing)} ${missing === 1 ? 'was' : 'were'} unknown.`;
  if (real.length === 0) {
    const treated = alarm.missingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    const were = `${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'}`;
    return `Threshold Crossed: no datapoints were received for ${plural(missing, 'period')} and ${were} treated as [${treated}].`;
  }
  const crossed = (point: Evaluated) => alarm.comparison.holds(point.value ?? Number.NaN, alarm.threshold);
  const relevant = real.filter((point) => crossed(point) === (state === 'ALARM'));
  const shown = relevant.length > 0 ? relevant : real;
  const are = `${shown.length === 1 ? 'was' : 'were'}${shown.every(crossed) ? '' : ' not'}`;
  const which = shown.map(({ window, value = 0 }) => `${decimal(value)} (${shortDate(window.start)})`).join(', ');
  const minimum = state === 'ALARM' ? alarm.datapointsToAlarm : alarm.evaluationPeriods - alarm.datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${shown.length} out of the last ${datapoints(alarm.evaluationPeriods)} [${which}] ${are} ` +
    `${alarm.comparison.words} the threshold (${decimal(alarm.threshold)})${filledIn(alarm, missing)} ` +
    `(minimum ${datapoints(minimum)} for ${state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition).`
  );
}

const filledIn = ({ missingData }: Alarm, missing: number) =>
  missing === 0 || (missingData !== 'breaching' && missingData !== 'notBreaching')
    ? ''
    : `, and ${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'} treated as [${missingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`;

/** @param evaluated newest first */
export function reasonData(alarm: Alarm, evaluated: readonly Evaluated[], now: number): string {
  const real = evaluated.filter((point) => point.value !== undefined);
  const oldest = real.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: longDate(now),
    ...(oldest ? { startDate: longDate(oldest.window.start) } : {}),
    statistic: alarm.statistic,
    period: alarm.period,
    recentDatapoints: real.map(({ value }) => value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map(({ window, value, sampleCount }) => ({
      timestamp: longDate(window.start),
      ...(value === undefined ? {} : { sampleCount, value }),
    })),
  });
}

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const datapoints = (n: number) => plural(n, 'datapoint');
/** As Java prints a double. */
const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const longDate = (time: number) => new Date(time).toISOString().replace('Z', '+0000');
/** 23/04/24 20:44:00, in UTC. */
function shortDate(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().slice(2, 19).split('T');
  return `${date.split('-').reverse().join('/')} ${clock}`;
}
