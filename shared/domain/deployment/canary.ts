import { type Canary, LONGEST_BAKE_MINUTES } from '../definition/canary.ts';
import { DEFAULT_LATENCY_MILLISECONDS, type ModelDefinition } from '../definition/model-definition.ts';
import { type CanaryAlarm, canaryAlarmName, endpointName, type Place, VARIANT } from '../names.ts';

/** What CloudWatch's PutMetricAlarm is asked for, in its own words. */
export interface ReleaseAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly ActionsEnabled: boolean;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: { readonly Name: string; readonly Value: string }[];
  readonly Statistic: 'Average';
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Threshold: number;
  readonly ComparisonOperator: 'GreaterThanThreshold';
  readonly TreatMissingData: 'ignore';
}

/** The release that is to be tried: its attempt and its endpoint configuration. */
export interface Trial {
  readonly deployment: number;
  readonly endpointConfig: string;
}

const MINUTE = 60;
/** After all calls went over, the old fleet waits so long: what only the whole load brings to light can still be taken back. */
const FINAL_BAKE_SECONDS = 5 * MINUTE;
/** For the new fleet to come up; SageMaker gives up after the sum of all waits and this. */
const PROVISIONING_SECONDS = 30 * MINUTE;
const timeoutOf = (bakeMinutes: number) => bakeMinutes * MINUTE + FINAL_BAKE_SECONDS + PROVISIONING_SECONDS;
/** After these seconds SageMaker has given up any canary that a definition can ask for. */
export const LONGEST_CANARY_SECONDS = timeoutOf(LONGEST_BAKE_MINUTES);

/**
 * How UpdateEndpoint brings a release in by canary, and the alarms that must be there before: without them nothing is rolled back.
 * @returns undefined when the definition has no canary: all calls go over at once
 */
export const canaryOf = (
  place: Place,
  { name, deployment, operations }: Pick<ModelDefinition, 'name' | 'deployment' | 'operations'>,
  trial: Trial,
) => {
  const canary = 'canary' in deployment ? deployment.canary : undefined;
  if (!canary) return undefined;
  // What would call somebody about the champion is too slow for its successor.
  const tolerated = operations?.paging.latencyMilliseconds ?? DEFAULT_LATENCY_MILLISECONDS;
  const alarms = releaseAlarms(place, name, { maxLatencyMilliseconds: tolerated, ...canary }, trial);
  return {
    alarms,
    deploymentConfig: {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: canary.percent },
          WaitIntervalInSeconds: canary.bakeMinutes * MINUTE,
        },
        TerminationWaitInSeconds: FINAL_BAKE_SECONDS,
        MaximumExecutionTimeoutInSeconds: timeoutOf(canary.bakeMinutes),
      },
      AutoRollbackConfiguration: { Alarms: alarms.map(({ AlarmName }) => ({ AlarmName })) },
    },
  };
};

/**
 * Errors and latency of this release only (never drift, which needs rows and days). Both are means over calls, so no metric math is
 * needed: SageMaker measures a 1 for each call with a 5xx and a 0 for each other one, whose mean is the share of errors.
 */
const releaseAlarms = (
  place: Place,
  model: string,
  { maxErrorPercent, maxLatencyMilliseconds }: Required<Pick<Canary, 'maxErrorPercent' | 'maxLatencyMilliseconds'>>,
  trial: Trial,
): ReleaseAlarm[] => {
  const alarm = (
    kind: CanaryAlarm,
    metric: string,
    threshold: number,
    minutes: number,
    says: string,
  ): ReleaseAlarm => ({
    AlarmName: canaryAlarmName(place, model, kind, trial.deployment),
    AlarmDescription: `${says} Rolls the release back, and pages nobody: failed-deployment does.`,
    ActionsEnabled: false,
    Namespace: 'AWS/SageMaker',
    MetricName: metric,
    Dimensions: [
      { Name: 'EndpointName', Value: endpointName(place, model) },
      { Name: 'VariantName', Value: VARIANT },
      // Only of the new fleet: what the old one does wrong must not keep its successor away.
      { Name: 'EndpointConfigName', Value: trial.endpointConfig },
    ],
    Statistic: 'Average',
    Period: MINUTE,
    EvaluationPeriods: minutes,
    DatapointsToAlarm: minutes,
    Threshold: threshold,
    ComparisonOperator: 'GreaterThanThreshold',
    // What fired stays so until calls are answered well: after the rollback nobody calls the release any more, and that is no
    // recovery; why it fired must still be there to be read.
    TreatMissingData: 'ignore',
  });
  return [
    alarm(
      'canary-errors',
      'Invocation5XXErrors',
      maxErrorPercent / 100,
      1,
      `More than ${maxErrorPercent}% of a minute's calls to the release on trial end with server errors (5xx).`,
    ),
    alarm(
      'canary-latency',
      'ModelLatency',
      maxLatencyMilliseconds * 1000, // microseconds
      2, // The very first calls of a container are slow.
      `The release on trial takes more than ${maxLatencyMilliseconds} ms to answer, on average.`,
    ),
  ];
};

/** An alarm that fired, and why, as CloudWatch says it. */
export interface FiredAlarm {
  readonly alarm: string;
  readonly reason: string;
}

/** @param ended what the deployment's execution ended with */
export const rollbackInWords = ({ alarm, reason }: FiredAlarm, ended: string): string =>
  `rolled back: ${alarm} fired (${reason}); ${ended}`;
