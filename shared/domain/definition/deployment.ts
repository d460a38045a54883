import * as z from 'zod';
import { canary, noCanaryOn } from './canary.ts';

export const instance = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'an instance type looks like ml.m5.large');

export const deployment = z
  .strictObject({
    instance: instance.default('ml.m5.large').describe('What the endpoint runs on.'),
    instances: z.number().int().min(1).max(100).default(1).describe('How many of them.'),
    capturePercent: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(100)
      .describe('Share of calls whose request and answer are kept for monitoring.'),
    approval: z
      .enum(['none', 'manual'])
      .default('none')
      .describe('`manual`: a better challenger waits until somebody approves it (`modelloop approve`).'),
    canary: canary.optional(),
  })
  .superRefine((d, ctx) => {
    const why = d.canary && noCanaryOn(d.instance, d.instances);
    if (why) ctx.addIssue({ code: 'custom', path: ['canary'], message: why });
  })
  .prefault({})
  .describe('How a release is served.');
