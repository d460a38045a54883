import * as z from 'zod';

export const serverless = z
  .strictObject({
    memoryMiB: z.literal([1024, 2048, 3072, 4096, 5120, 6144]).describe('Memory of each of its containers.'),
    maxConcurrency: z
      .number()
      .int()
      .min(1)
      .max(200)
      .describe('How many calls it answers at once; more are refused. The account has a quota as well.'),
  })
  .describe(
    'An endpoint without instances: it costs nothing while nobody calls it, and the first call after a pause is slow. It captures no calls, ' +
      'so drift cannot be checked.',
  );

const BESIDE: Readonly<Record<string, string>> = {
  instance: 'a serverless endpoint has no instances',
  instances: 'a serverless endpoint has no instances',
  canary: 'a serverless endpoint has no canary: SageMaker shifts its traffic all at once',
  capturePercent: 'a serverless endpoint captures no calls: SageMaker refuses it (and so drift cannot be checked)',
};

/** What cannot be beside `serverless`, and why. */
export const notBesideServerless = (
  deployment: Readonly<Record<string, unknown>>,
): readonly { readonly field: string; readonly why: string }[] =>
  deployment.serverless === undefined
    ? []
    : Object.entries(BESIDE)
        .filter(([field]) => deployment[field] !== undefined)
        .map(([field, why]) => ({ field, why }));
