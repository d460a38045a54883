import * as z from 'zod';

/** Metrics and alarms take two or three minutes: a shorter bake would end before anything could be seen. */
const SHORTEST_BAKE_MINUTES = 5;
/** SageMaker waits 3,600 s at most between two steps. */
export const LONGEST_BAKE_MINUTES = 60;

export const canary = z
  .strictObject({
    percent: z
      .number()
      .int()
      .min(1)
      .max(50, 'a canary takes at most 50 percent of the endpoint')
      .default(10)
      .describe('Share of the new instances, in percent, that takes calls first; at least one instance.'),
    bakeMinutes: z
      .number()
      .int()
      .min(SHORTEST_BAKE_MINUTES)
      .max(LONGEST_BAKE_MINUTES)
      .default(10)
      .describe('How long it is watched before all calls go to the new release.'),
    maxErrorPercent: z
      .number()
      .min(0)
      .lt(100)
      .default(1)
      .describe('A higher share of its own errors (5xx) than this in a minute rolls the release back.'),
    maxLatencyMilliseconds: z
      .number()
      .int()
      .positive()
      .optional()
      .describe(
        'Slower answers than this, on average in each of two minutes in a row, roll it back. Default: `operations.paging.latencyMilliseconds`.',
      ),
  })
  .describe('A new release answers a share of the calls first, and is rolled back by itself when it misbehaves.');
export type Canary = z.infer<typeof canary>;

/** Why an endpoint cannot have a canary, or undefined. */
export const noCanaryOn = (instance: string, instances: number): string | undefined => {
  if (instances < 2) return 'a canary needs 2 or more instances: one takes the share, the others go on as before';
  if (instance.startsWith('ml.inf1.'))
    return 'SageMaker does not shift traffic in steps on ml.inf1 instances: it would all shift at once, unwatched';
  return undefined;
};
