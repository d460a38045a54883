import * as z from 'zod';
import { canary, noCanaryOn } from './canary.ts';
import { notBesideServerless, serverless } from './serverless.ts';

export const instance = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'an instance type looks like ml.m5.large');

/** Of an endpoint with instances. They are put in after parsing: beside `serverless`, what was written must be told from what was not. */
const DEFAULTS = { instance: 'ml.m5.large', instances: 1, capturePercent: 100 } as const;

const shape = z.strictObject({
  instance: instance.optional().meta({ default: DEFAULTS.instance }).describe('What the endpoint runs on.'),
  instances: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ default: DEFAULTS.instances })
    .describe('How many instances.'),
  capturePercent: z
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ default: DEFAULTS.capturePercent })
    .describe('Share of calls, in percent, whose request and answer are kept for monitoring.'),
  approval: z
    .enum(['none', 'manual'])
    .default('none')
    .describe('`manual`: a better challenger waits until somebody approves it (`npx modelloop approve`).'),
  canary: canary.optional(),
  serverless: serverless.optional(),
});

export const deployment = shape
  .superRefine((d, ctx) => {
    for (const { field, why } of notBesideServerless(d)) ctx.addIssue({ code: 'custom', path: [field], message: why });
    const { instance: on, instances, canary: trial, serverless: without } = { ...DEFAULTS, ...d };
    const why = trial && !without && noCanaryOn(on, instances);
    if (why) ctx.addIssue({ code: 'custom', path: ['canary'], message: why });
  })
  .transform(({ serverless: without, ...d }) =>
    without
      ? { approval: d.approval, capturePercent: 0, canary: undefined, serverless: without }
      : { ...DEFAULTS, ...d },
  )
  .prefault({})
  .describe('How a release is served.');
