import * as z from 'zod';
import { network } from './definition/network.ts';

/**
 * What a stage's settings want of everything that is made at run time, where no template says it: training jobs, models, endpoints.
 * A function is told in one environment variable, as JSON; most installations want nothing.
 */
export const runTimeSettings = z.strictObject({
  network: network.optional(),
  /** Besides those of ModelLoop itself. */
  tags: z.record(z.string(), z.string()).optional(),
});
export type RunTimeSettings = z.infer<typeof runTimeSettings>;
