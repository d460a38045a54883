import * as z from 'zod';
import type { Verdict } from '../domain/records.ts';
import { model, number, tags } from './task-values.ts';

/** Of the build pipeline: { model, run }. */

export const buildExecution = z.object({ model, run: number });

/** Absent where nothing has a network of its own. */
const vpcConfig = z.object({ Subnets: z.array(z.string()), SecurityGroupIds: z.array(z.string()) }).optional();

/** SageMaker's own words: the state passes each member on as it is. */
export const trainingJobRequest = z.object({
  TrainingJobName: z.string(),
  AlgorithmSpecification: z.record(z.string(), z.unknown()),
  RoleArn: z.string(),
  HyperParameters: z.record(z.string(), z.string()),
  InputDataConfig: z.array(z.record(z.string(), z.unknown())),
  OutputDataConfig: z.record(z.string(), z.unknown()),
  ResourceConfig: z.record(z.string(), z.unknown()),
  StoppingCondition: z.record(z.string(), z.unknown()),
  VpcConfig: vpcConfig,
  Tags: tags,
});

export const planRunTask = buildExecution;
export const runPlan = buildExecution.extend({
  candidates: z.array(z.object({ candidate: z.string(), request: trainingJobRequest })).min(1),
});
export type RunPlan = z.infer<typeof runPlan>;

/** Some of a run's parts, by their hashes: a state's payload has 256 KiB, and a data version may have thousands. */
export const prepareRunTask = buildExecution.extend({ parts: z.array(z.string()).min(1) });
export type PrepareRunTask = z.infer<typeof prepareRunTask>;
export const runPlanning = z.discriminatedUnion('outcome', [
  runPlan.extend({ outcome: z.literal('planned') }),
  /** Parts are not prepared under the contract of the run's code: ask again when these are. */
  z.object({ outcome: z.literal('unprepared'), batches: z.array(prepareRunTask).min(1) }),
]);
export type RunPlanning = z.infer<typeof runPlanning>;

const transformJobRequest = z.object({
  TransformJobName: z.string(),
  ModelName: z.string(),
  BatchStrategy: z.string(),
  MaxPayloadInMB: z.number(),
  TransformInput: z.record(z.string(), z.unknown()),
  TransformOutput: z.record(z.string(), z.unknown()),
  TransformResources: z.record(z.string(), z.unknown()),
  DataProcessing: z.record(z.string(), z.unknown()),
  Tags: tags,
});
const championTransform = z.object({ modelVersion: number, transform: transformJobRequest });
export type ChampionTransform = z.infer<typeof championTransform>;

export const selectCandidateTask = runPlan;
export const selectedCandidate = z.object({
  modelVersion: number,
  model: z.object({
    ModelName: z.string(),
    ExecutionRoleArn: z.string(),
    PrimaryContainer: z.record(z.string(), z.unknown()),
    VpcConfig: vpcConfig,
    Tags: tags,
  }),
  transform: transformJobRequest,
  /** Absent when nothing is live, or when what is live cannot be compared or need not be. */
  champion: championTransform.optional(),
});
export type SelectedCandidate = z.infer<typeof selectedCandidate>;

/** What became of the champion's batch transform. That it failed is an outcome, not a fault. */
export const championScoring = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('none') }),
  z.object({ outcome: z.literal('predicted') }),
  z.object({
    outcome: z.literal('failed'),
    modelVersion: number,
    /** In the words of Step Functions. */
    failure: z.object({ Error: z.string(), Cause: z.string().optional() }),
  }),
]);
export const evaluateRunTask = buildExecution.extend({ modelVersion: number, champion: championScoring });
export type EvaluateRunTask = z.infer<typeof evaluateRunTask>;
const runEvaluation = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('decided'), verdict: z.custom<Verdict>((v) => typeof v === 'object') }),
  /** The champion is another one than when the candidate was selected: it is to be scored, too. */
  z.object({ outcome: z.literal('score-champion'), champion: championTransform }),
  /** The champion is being replaced: ask again. */
  z.object({ outcome: z.literal('wait'), reason: z.string() }),
]);
export type RunEvaluation = z.infer<typeof runEvaluation>;
