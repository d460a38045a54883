import { setTimeout as pause } from 'node:timers/promises';
import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { RoleSession } from '../cloud/ports.ts';
import { messageOf } from '../errors.ts';
import type { Traffic } from './traffic.ts';

/** How often alarms are looked at while a release bakes. */
const LOOK_EVERY_MS = 500;

/** UpdateEndpoint's DeploymentConfig, as far as it is honoured: a canary. Seconds are AWS's; see `waitScale`. */
export interface Rollout {
  readonly percent: number;
  readonly bakeSeconds: number;
  readonly finalBakeSeconds: number;
  readonly alarms: readonly string[];
}

export const rolloutOf = ({ BlueGreenUpdatePolicy, AutoRollbackConfiguration }: DeploymentConfig): Rollout => ({
  percent: BlueGreenUpdatePolicy?.TrafficRoutingConfiguration?.CanarySize?.Value ?? 100,
  bakeSeconds: BlueGreenUpdatePolicy?.TrafficRoutingConfiguration?.WaitIntervalInSeconds ?? 0,
  finalBakeSeconds: BlueGreenUpdatePolicy?.TerminationWaitInSeconds ?? 0,
  alarms: (AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName = '' }) => AlarmName),
});

export interface Shifting<Fleet> {
  readonly traffic: Traffic<Fleet>;
  readonly fleet: Fleet;
  readonly rollout: Rollout;
  /** As the role that the model is served with. */
  readonly session: Pick<RoleSession, 'alarmStates'>;
  /** What a second of AWS's waits takes here. */
  readonly waitScale: number;
  /** Local SageMaker ends: nothing is decided any more. */
  readonly signal: AbortSignal;
}

/**
 * Shifts an endpoint's calls to a new fleet, first its share, then all. When an alarm fires, at any time, all calls go back at once.
 * @returns why they went back, undefined when they did not
 * @throws AbortError
 */
export async function shift<Fleet>(shifting: Shifting<Fleet>): Promise<string | undefined> {
  const { traffic, fleet, rollout } = shifting;
  const before = traffic.main;
  traffic.try(fleet, rollout.percent);
  let reason = await bake(shifting, rollout.bakeSeconds);
  if (reason === undefined) {
    traffic.shift(fleet);
    reason = await bake(shifting, rollout.finalBakeSeconds);
  }
  if (reason !== undefined) traffic.shift(before);
  return reason;
}

async function bake<Fleet>(shifting: Shifting<Fleet>, seconds: number): Promise<string | undefined> {
  const { rollout, session, waitScale, signal } = shifting;
  const deadline = performance.now() + seconds * 1000 * waitScale;
  for (;;) {
    const reason = await rollbackReason(session, rollout.alarms);
    if (reason !== undefined) return reason;
    const left = deadline - performance.now();
    if (left <= 0) return undefined;
    await pause(Math.min(LOOK_EVERY_MS, left), undefined, { signal });
  }
}

/** A release whose alarms cannot be seen is not watched, and goes back as well. */
async function rollbackReason(
  session: Pick<RoleSession, 'alarmStates'>,
  names: readonly string[],
): Promise<string | undefined> {
  try {
    const states = await session.alarmStates(names);
    const fired = names.filter((name) => states.get(name) === 'ALARM');
    const gone = names.filter((name) => !states.has(name));
    if (fired.length > 0) return `The deployment was rolled back: alarm(s) ${fired.join(', ')} went into ALARM state.`;
    return gone.length > 0 ? `The deployment was rolled back: alarm(s) ${gone.join(', ')} do not exist.` : undefined;
  } catch (error) {
    return `The deployment was rolled back: its alarms could not be described (${messageOf(error)}).`;
  }
}
