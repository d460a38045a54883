export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** How many periods are looked at beyond the evaluated ones: AWS's own examples retrieve 5 for 3. */
const EXTRA_PERIODS = 2;
export const evaluationRange = (evaluationPeriods: number) => evaluationPeriods + EXTRA_PERIODS;

export interface Evaluation {
  /** The evaluation range, oldest first: is the period's datapoint breaching? undefined: there is none. */
  readonly points: readonly (boolean | undefined)[];
  /** N of "M out of N". */
  readonly evaluationPeriods: number;
  /** M of "M out of N". */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  readonly current: AlarmState;
  /**
   * How many of the missing points fall into time in which the cloud ran. AWS always runs; a laptop's evenings are no proof that
   * something failed, so only these may take an alarm to ALARM by being missing. Default: all.
   */
  readonly observedMissing?: number;
}

/**
 * The state that an alarm has by "How alarm state is evaluated when data is missing" of the CloudWatch User Guide: real datapoints of
 * the evaluation range come first, the newest before older ones; missing ones fill in only for what still lacks.
 */
export function decideState(evaluation: Evaluation): AlarmState {
  const { points, evaluationPeriods, datapointsToAlarm, missingData, current } = evaluation;
  const real = points.filter((point) => point !== undefined);
  const lacking = Math.max(0, evaluationPeriods - real.length);
  const breaching = count(real.slice(-evaluationPeriods));
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (lacking === 0 || missingData === 'notBreaching') return 'OK';
  if (missingData === 'breaching') {
    if (breaching + lacking < datapointsToAlarm) return 'OK';
    const observed = Math.min(lacking, evaluation.observedMissing ?? lacking);
    return breaching + observed >= datapointsToAlarm ? 'ALARM' : current;
  }
  // One real datapoint within the threshold is enough to say so.
  if (real.includes(false)) return 'OK';
  if (missingData === 'ignore') return current;
  return hasBreachedForLong(points, datapointsToAlarm) ? 'ALARM' : 'INSUFFICIENT_DATA';
}

const count = (breaching: readonly boolean[]) => breaching.filter(Boolean).length;

/**
 * "Alarms are designed to always go into ALARM state when the oldest available breaching datapoint […] is at least as old as the value
 * of Datapoints to Alarm, and all other more recent data points are breaching or missing."
 */
function hasBreachedForLong(points: Evaluation['points'], datapointsToAlarm: number): boolean {
  const oldest = points.indexOf(true);
  return oldest >= 0 && points.length - oldest >= datapointsToAlarm;
}
