import type { FiredAlarm, ReleaseAlarm } from '../../domain/deployment/canary.ts';
import { CANARY_ALARMS, canaryAlarmName } from '../../domain/names.ts';
import type { Ports } from '../../ports/index.ts';

type Needs = Pick<Ports, 'place' | 'alarms'>;

/** The alarms of a release that is about to be tried. Can be repeated. */
export const makeReleaseAlarms = async (
  { alarms }: Pick<Ports, 'alarms'>,
  { alarms: wanted }: { readonly alarms: readonly ReleaseAlarm[] },
): Promise<{ readonly alarms: readonly string[] }> => {
  for (const alarm of wanted) await alarms.put(alarm);
  return { alarms: wanted.map(({ AlarmName }) => AlarmName) };
};

/** Why SageMaker takes, or took, a deployment back; undefined when none of its alarms fired, or when it has none. */
export const alarmThatFired = async (
  { place, alarms }: Needs,
  model: string,
  deployment: number,
): Promise<FiredAlarm | undefined> => {
  for (const kind of CANARY_ALARMS) {
    const fired = await alarms.fired(canaryAlarmName(place, model, kind, deployment));
    if (fired) return fired;
  }
  return undefined;
};

/**
 * Whoever takes a deployment's number out of the lock does this first, whether it had a canary or not: so no end of a deployment, and no
 * death in the middle of one, leaves an alarm behind. Until then SageMaker needs them. Can be repeated.
 */
export const deleteReleaseAlarms = async (
  { place, alarms }: Needs,
  model: string,
  deployment: number,
): Promise<void> => {
  for (const kind of CANARY_ALARMS) await alarms.delete(canaryAlarmName(place, model, kind, deployment));
};
