import type { RunTimeSettings } from './run-time-settings.ts';

/**
 * Every name that two parts of ModelLoop must agree on, made from a stage, an account and a region.
 * Stacks, functions and the command meet by these names, never by CloudFormation exports.
 */

/** Where an installation lives, and what its company wants of all that is made there. */
export interface Place extends RunTimeSettings {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
}

/** A model's name also becomes part of SageMaker names: 63 characters, no underscore. */
export const MODEL_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

export type Repository = 'data' | 'code' | 'model';
export type Pipeline = 'data' | 'build' | 'deployment';

export const stackName = (stage: string, part: string) => `modelloop-${stage}-${part}`;

export const bucketName = ({ stage, account, region }: Place, repository: Repository) =>
  `modelloop-${stage}-${repository}-${account}-${region}`;

/** The key of the repositories and the registry: policies, and SageMaker's outputs, know it by this alias. */
export const keyAlias = ({ stage }: Pick<Place, 'stage'>) => `alias/modelloop-${stage}`;

export const registryTableName = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}-registry`;
export const eventBusName = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}`;

export const stateMachineName = ({ stage }: Pick<Place, 'stage'>, pipeline: Pipeline) =>
  `modelloop-${stage}-${pipeline}`;

export const stateMachineArn = (place: Place, pipeline: Pipeline) =>
  `arn:aws:states:${place.region}:${place.account}:stateMachine:${stateMachineName(place, pipeline)}`;

export const functionName = ({ stage }: Pick<Place, 'stage'>, fn: string) => `modelloop-${stage}-${fn}`;

/** The role that a model's training and transform jobs, or its endpoint, run with; it reaches only that model's prefixes. */
export const modelRoleName = ({ stage }: Pick<Place, 'stage'>, model: string, use: 'training' | 'serving') =>
  `modelloop-${stage}-${model}-${use}`;

export const modelRoleArn = (place: Place, model: string, use: 'training' | 'serving') =>
  `arn:aws:iam::${place.account}:role/${modelRoleName(place, model, use)}`;

/** Ready policies, to be given to people and programs: what each is allowed is in infra/constructs/access-policies.ts. */
export const ACCESS = ['uploader', 'caller', 'viewer', 'operator'] as const;
export type Access = (typeof ACCESS)[number];
export const accessPolicyName = ({ stage }: Pick<Place, 'stage'>, model: string, access: Access) =>
  `modelloop-${stage}-${model}-${access}`;
/** Of the installation: puts dead letters back. */
export const redriverPolicyName = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}-redriver`;

export const endpointName = ({ stage }: Pick<Place, 'stage'>, model: string) => `modelloop-${stage}-${model}`;

/** SageMaker names are unique for ever, so each carries the run or release that it was made for, and the attempt. */
export const trainingJobName = ({ stage }: Pick<Place, 'stage'>, model: string, run: number, candidate: string) =>
  `modelloop-${stage}-${model}-r${run}-${candidate}`;

export const transformJobName = ({ stage }: Pick<Place, 'stage'>, model: string, run: number) =>
  `modelloop-${stage}-${model}-r${run}-test`;

/** Of a champion, on the test rows of another model version's run. */
export const championTransformJobName = (
  place: Pick<Place, 'stage'>,
  model: string,
  run: number,
  modelVersion: number,
) => `${transformJobName(place, model, run)}-v${modelVersion}`;

/** One SageMaker model a model version; one endpoint configuration a deployment. */
export const servedModelName = ({ stage }: Pick<Place, 'stage'>, model: string, modelVersion: number) =>
  `modelloop-${stage}-${model}-v${modelVersion}`;

export const endpointConfigName = ({ stage }: Pick<Place, 'stage'>, model: string, deployment: number) =>
  `modelloop-${stage}-${model}-d${deployment}`;

/** The only variant of an endpoint: its name never changes, so an update keeps its weight. */
export const VARIANT = 'live';

/** Executions are named after what they do, so starting one twice starts it once. */
export const buildExecutionName = (model: string, run: number) => `${model}-r${run}`;
/** @param attempt counts those that failed or were refused */
export const deploymentExecutionName = (model: string, modelVersion: number, run: number, attempt = 1) =>
  `${model}-v${modelVersion}-r${run}${attempt === 1 ? '' : `-${attempt}`}`;
/**
 * What people ask for is decided on a champion, and takes its place or fails: two who ask for the same thing at the same time ask for one
 * execution. @param release the number that the release would have @param attempt counts those that failed
 */
export const promotionExecutionName = (model: string, release: number, modelVersion: number, attempt: number) =>
  `${model}-promote-${release}-v${modelVersion}-${attempt}`;
export const rollbackExecutionName = (model: string, release: number, contentOf: number, attempt: number) =>
  `${model}-rollback-${release}-to-${contentOf}-${attempt}`;
/** @param release the newest one */
export const retirementExecutionName = (model: string, release: number, attempt: number) =>
  `${model}-retire-${release}-${attempt}`;
export const restorationExecutionName = (execution: string) => `${execution}-restore`;

export const executionArn = (place: Place, pipeline: Pipeline, name: string) =>
  `arn:aws:states:${place.region}:${place.account}:execution:${stateMachineName(place, pipeline)}:${name}`;

/** What an alarm says is wrong; its page and its runbook (`docs/runbooks/<kind>.md`) are by this word. */
export const MODEL_ALARMS = [
  'drift',
  'stale',
  'failed-run',
  'failed-deployment',
  'not-serving',
  'monitor-overdue',
  'endpoint-errors',
  'endpoint-latency',
] as const;
/** Of the installation: `dead-letters` and `queue-age` are of one queue each. */
export const PLATFORM_ALARMS = ['heartbeat', 'sweep', 'dead-letters', 'queue-age'] as const;
export type ModelAlarm = (typeof MODEL_ALARMS)[number];
export type PlatformAlarm = (typeof PLATFORM_ALARMS)[number];
export type AlarmKind = ModelAlarm | PlatformAlarm;

/** Dots, which no name of ours holds, keep the parts apart. @param queue its short name, where the kind is of one queue */
export const alarmName = (
  { stage }: Pick<Place, 'stage'>,
  model: string | undefined,
  kind: AlarmKind,
  queue?: string,
): string => [`modelloop-${stage}`, model, kind, queue].filter((p) => p !== undefined).join('.');

export interface AlarmNameParts {
  readonly model?: string;
  readonly kind: AlarmKind;
  readonly queue?: string;
}

/** What `alarmName` put together; undefined when the alarm is not one of this installation's. */
export const partsOfAlarmName = ({ stage }: Pick<Place, 'stage'>, name: string): AlarmNameParts | undefined => {
  const [prefix, first, second, ...rest] = name.split('.');
  if (prefix !== `modelloop-${stage}` || first === undefined || rest.length > 0) return undefined;
  const ofModel = MODEL_ALARMS.find((kind) => kind === second);
  if (ofModel) return { model: first, kind: ofModel };
  const ofPlatform = PLATFORM_ALARMS.find((kind) => kind === first);
  return ofPlatform && { kind: ofPlatform, ...(second === undefined ? {} : { queue: second }) };
};

/**
 * Of one release while it is tried on a share of the calls. They roll it back and call nobody: what comes of it is told by
 * failed-deployment. So they are no page alarms, and `partsOfAlarmName` does not know them.
 */
export const CANARY_ALARMS = ['canary-errors', 'canary-latency'] as const;
export type CanaryAlarm = (typeof CANARY_ALARMS)[number];

/** @param deployment the number of the attempt, which is in the name of its endpoint configuration, too */
export const canaryAlarmName = (
  { stage }: Pick<Place, 'stage'>,
  model: string,
  kind: CanaryAlarm,
  deployment: number,
): string => `modelloop-${stage}.${model}.${kind}.d${deployment}`;

/** Those of a model, or of all models, as a pattern for policies. */
export const canaryAlarmsArn = ({ stage, account, region }: Place, model = '*'): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:modelloop-${stage}.${model}.canary-*`;

/** All alarm actions go to `alarms`, as CloudWatch words them; people subscribe to pages and to news, which are different topics. */
export const alarmsTopic = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}-alarms`;
export const notifyTopic = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}-notify`;
/** Without a model, the pages of the installation itself. */
export const pageTopic = ({ stage }: Pick<Place, 'stage'>, model?: string) =>
  model === undefined ? `modelloop-${stage}-page` : `modelloop-${stage}-${model}-page`;

export const topicArn = (place: Place, topic: string) => `arn:aws:sns:${place.region}:${place.account}:${topic}`;

/** Where pages can be read that nobody is subscribed to by e-mail: on the laptop. */
export const pagesInbox = ({ stage }: Pick<Place, 'stage'>) => `modelloop-${stage}-pages-inbox`;

/** Without a model, the installation's own. */
export const dashboardName = ({ stage }: Pick<Place, 'stage'>, model?: string) =>
  model === undefined ? `modelloop-${stage}` : `modelloop-${stage}-${model}`;
