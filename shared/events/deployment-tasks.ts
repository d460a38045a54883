import * as z from 'zod';
import type { ReleaseAlarm } from '../domain/deployment/canary.ts';
import { count, model, number, tags } from './task-values.ts';

/** Of the deployment pipeline: a deploymentExecution. */

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
  Tags: tags,
});
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
const servingRemoval = z.object({ outcome: z.enum(['removing', 'retired']) });
export type ServingRemoval = z.infer<typeof servingRemoval>;
