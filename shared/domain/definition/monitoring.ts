import * as z from 'zod';
import { fraction } from './fraction.ts';

const effectFloor = z
  .strictObject({
    psi: z.number().positive().default(0.1).describe('Population stability index.'),
    sigmas: z.number().positive().default(0.3).describe('Of a number: by how many standard deviations its mean moved.'),
    share: fraction
      .default(0.02)
      .describe('Of nulls, and of values never seen before: by how much their share of the rows changed.'),
  })
  .prefault({})
  .describe('A change smaller than this pages nobody, however sure it is.');

const retrain = z
  .strictObject({
    cooldownHours: z
      .number()
      .nonnegative()
      .default(24)
      .describe('After a retraining that drift asked for, the next is asked for no sooner.'),
    maxInARow: z
      .number()
      .int()
      .positive()
      .default(3)
      .describe('So many in a row that did not promote, and drift asks for no more until something else goes live.'),
  })
  .prefault({})
  .describe('When drift asks for a retraining.');

export const monitoring = z
  .strictObject({
    falsePagesPerYear: z
      .number()
      .positive()
      .max(365)
      .default(1)
      .describe('Pages about drift that may be false, a year: what counts as significant follows from it.'),
    minRows: z
      .number()
      .int()
      .min(50)
      .default(200)
      .describe('With fewer captured rows there is no verdict: they are kept until there are enough.'),
    effectFloor,
    maxChampionAgeDays: z
      .number()
      .positive()
      .optional()
      .describe('An older champion is stale, and pages. Without it, none is.'),
    maxDataAgeDays: z.number().positive().optional().describe('Older data is stale, and pages. Without it, none is.'),
    retrain,
  })
  .prefault({})
  .describe('What is watched once a model is live.');
