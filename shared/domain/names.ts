/**
 * Every name that two parts of ModelLoop must agree on, made from a stage, an account and a region.
 * Stacks, functions and the command meet by these names, never by CloudFormation exports.
 */

/** Where an installation lives. */
export interface Place {
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

export const endpointName = ({ stage }: Pick<Place, 'stage'>, model: string) => `modelloop-${stage}-${model}`;

/** SageMaker names are unique for ever, so each carries the run or release that it was made for, and the attempt. */
export const trainingJobName = ({ stage }: Pick<Place, 'stage'>, model: string, run: number, candidate: string) =>
  `modelloop-${stage}-${model}-r${run}-${candidate}`;

export const transformJobName = ({ stage }: Pick<Place, 'stage'>, model: string, run: number) =>
  `modelloop-${stage}-${model}-r${run}-test`;

/** One SageMaker model a model version; one endpoint configuration a deployment. */
export const servedModelName = ({ stage }: Pick<Place, 'stage'>, model: string, modelVersion: number) =>
  `modelloop-${stage}-${model}-v${modelVersion}`;

export const endpointConfigName = ({ stage }: Pick<Place, 'stage'>, model: string, deployment: number) =>
  `modelloop-${stage}-${model}-d${deployment}`;

/** The only variant of an endpoint: its name never changes, so an update keeps its weight. */
export const VARIANT = 'live';

/** Executions are named after what they do, so starting one twice starts it once. */
export const buildExecutionName = (model: string, run: number) => `${model}-r${run}`;
export const deploymentExecutionName = (model: string, modelVersion: number, run: number) =>
  `${model}-v${modelVersion}-r${run}`;

export const executionArn = (place: Place, pipeline: Pipeline, name: string) =>
  `arn:aws:states:${place.region}:${place.account}:execution:${stateMachineName(place, pipeline)}:${name}`;
