import * as z from 'zod';
import type { ReleaseAlarm } from '../domain/deployment/canary.ts';
import type { Verdict } from '../domain/records.ts';

/**
 * What the states of the three machines hand to their functions, and get back. One schema for the handler's parser, the tests and
 * the reader of the state machine. `outcome` is what a Choice state looks at; a fault is thrown instead.
 */

const model = z.string();
const count = z.number().int().nonnegative();
const number = z.number().int().positive();

// --- data pipeline: { model, uploadId } ---------------------------------------------------------------------------------------

export const dataExecution = z.object({ model, uploadId: z.string() });

export const checkedPart = z.object({ sha256: z.string(), bytes: count, rows: number, key: z.string() });
export type CheckedPart = z.infer<typeof checkedPart>;

export const problem = z.object({
  code: z.string(),
  message: z.string(),
  line: number.optional(),
  column: z.string().optional(),
  value: z.string().optional(),
  rows: number.optional(),
});

export const validateUploadTask = dataExecution;
export const uploadValidation = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('valid'), codeVersion: number, contractHash: z.string(), part: checkedPart }),
  z.object({ outcome: z.literal('rejected'), codeVersion: number, problems: z.array(problem).min(1) }),
]);
export type UploadValidation = z.infer<typeof uploadValidation>;

export const preparePartTask = z.object({ model, codeVersion: number, contractHash: z.string(), part: checkedPart });
export const preparedPart = z.object({
  prefix: z.string(),
  rows: z.object({ train: count, validation: count, test: count }),
});
export type PreparedPart = z.infer<typeof preparedPart>;

export const acceptUploadTask = dataExecution.extend({
  codeVersion: number,
  contractHash: z.string(),
  part: checkedPart,
});
export const rejectUploadTask = dataExecution.extend({ codeVersion: number, problems: z.array(problem).min(1) });

// --- build pipeline: { model, run } -------------------------------------------------------------------------------------------

export const buildExecution = z.object({ model, run: number });

/** SageMaker's own words: the state passes each member on as it is. */
/** Absent where nothing has a network of its own. */
const vpcConfig = z.object({ Subnets: z.array(z.string()), SecurityGroupIds: z.array(z.string()) }).optional();

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
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});

export const planRunTask = buildExecution;
export const runPlan = buildExecution.extend({
  candidates: z.array(z.object({ candidate: z.string(), request: trainingJobRequest })).min(1),
});
export type RunPlan = z.infer<typeof runPlan>;

const transformJobRequest = z.object({
  TransformJobName: z.string(),
  ModelName: z.string(),
  BatchStrategy: z.string(),
  MaxPayloadInMB: z.number(),
  TransformInput: z.record(z.string(), z.unknown()),
  TransformOutput: z.record(z.string(), z.unknown()),
  TransformResources: z.record(z.string(), z.unknown()),
  DataProcessing: z.record(z.string(), z.unknown()),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
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
    Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
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
export const runEvaluation = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('decided'), verdict: z.custom<Verdict>((v) => typeof v === 'object') }),
  /** The champion is another one than when the candidate was selected: it is to be scored, too. */
  z.object({ outcome: z.literal('score-champion'), champion: championTransform }),
  /** The champion is being replaced: ask again. */
  z.object({ outcome: z.literal('wait'), reason: z.string() }),
]);
export type RunEvaluation = z.infer<typeof runEvaluation>;

// --- deployment pipeline: a deploymentExecution -------------------------------------------------------------------------------

/** An approval names model, model version and run; what else there is comes of what people ask for, and of restorations. */
export const deploymentExecution = z.object({
  model,
  modelVersion: number,
  run: number,
  kind: z.enum(['promotion', 'manual', 'rollback', 'restoration', 'retirement']).default('promotion'),
  /** Where the registry tells what becomes of what was asked for. */
  requestId: z.string().optional(),
  /** The release that was live when this was asked for, 0 when none was. */
  champion: count.optional(),
  contentOf: number.optional(),
  all: z.boolean().optional(),
  /** Who approved the promotion, or asked for the retirement, and why. */
  approval: z.object({ by: z.string(), at: z.string(), reason: z.string().optional() }).optional(),
});

/** The machine hands over all that it has: its input is part of that. */
export const beginDeploymentTask = z.object({ request: deploymentExecution, execution: z.string() });

const endpointConfig = z.object({
  EndpointConfigName: z.string(),
  ProductionVariants: z.array(z.record(z.string(), z.unknown())).min(1),
  /** Absent of a serverless endpoint. */
  DataCaptureConfig: z.record(z.string(), z.unknown()).optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});
const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
/** What the champion serves with: to be put back when something fails. */
const champion = z.object({ release: number, endpointConfig: z.string() });

/** In CloudWatch's words; what is in it is decided in one place, `canaryOf`. */
const releaseAlarm = z.custom<ReleaseAlarm>((a) => typeof a === 'object' && a !== null && 'AlarmName' in a);

export const deploymentStart = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('create'), endpoint: z.string(), config: endpointConfig, tags }),
  z.object({
    outcome: z.literal('update'),
    endpoint: z.string(),
    config: endpointConfig,
    champion,
    /** The configuration that nothing needs any more once this one serves. */
    obsolete: z.string().optional(),
    /** Without it, all calls go over at once. */
    canary: z
      .object({ alarms: z.array(releaseAlarm).min(1), deploymentConfig: z.record(z.string(), z.unknown()) })
      .optional(),
  }),
  /** What serves is to be the champion again. */
  z.object({ outcome: z.literal('restore'), endpoint: z.string(), champion }),
  /** What serves is to be taken away. */
  z.object({ outcome: z.literal('retire'), endpoint: z.string() }),
  /** An endpoint that was left behind, or has failed, is being deleted: ask again. */
  z.object({ outcome: z.literal('clearing') }),
  /** Another deployment of this model is under way: an approval waits for its turn. */
  z.object({ outcome: z.literal('busy'), owner: z.string() }),
  /** Automatic promotion is on hold. */
  z.object({ outcome: z.literal('held'), reason: z.string() }),
  /** Nothing to do, or not to be done: the reason is on record, too. */
  z.object({ outcome: z.literal('not-needed'), reason: z.string() }),
]);
export type DeploymentStart = z.infer<typeof deploymentStart>;

const deployment = z.object({ model, modelVersion: number, run: number });
export const smokeTestTask = deployment.extend({ endpoint: z.string(), endpointConfig: z.string() });
/** A variant that serves, as DescribeEndpoint tells of it; absent where an execution began before it was passed on. */
const servingVariant = z.object({
  DeployedImages: z.array(z.object({ ResolvedImage: z.string().optional() })).optional(),
});
export const commitReleaseTask = smokeTestTask.extend({
  execution: z.string(),
  variants: z.array(servingVariant).optional(),
});
export type CommitReleaseTask = z.infer<typeof commitReleaseTask>;
export const makeAlarmsTask = z.object({ alarms: z.array(releaseAlarm).min(1) });
export const endRestorationTask = z.object({ model, execution: z.string() });

export const removeServingTask = endRestorationTask;
/** `removing`: SageMaker is at it, ask again. */
export const servingRemoval = z.object({ outcome: z.enum(['removing', 'retired']) });
export type ServingRemoval = z.infer<typeof servingRemoval>;
