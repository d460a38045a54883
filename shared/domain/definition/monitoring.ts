import * as z from 'zod';
import { fraction } from './fraction.ts';

/** Much later than this, its end is no date that a computer holds. */
const A_YEAR_OF_HOURS = 8760;

const effectFloor = z
  .strictObject({
    psi: z.number().positive().default(0.1).describe('Population stability index.'),
    sigmas: z
      .number()
      .positive()
      .default(0.3)
      .describe(
        'For a number: by how many standard deviations its mean moved; values farther away than ten of them count as ten.',
      ),
    share: fraction
      .default(0.02)
      .describe(
        'For nulls, and for values never seen before (of a text, or of a number with at most 200 different values): by how much their share of the rows changed.',
      ),
  })
  .prefault({})
  .describe('A change smaller than this pages nobody, however significant it is.');

const retrain = z
  .strictObject({
    cooldownHours: z
      .number()
      .nonnegative()
      .max(A_YEAR_OF_HOURS)
      .default(24)
      .describe('After a retraining that drift requested, drift waits this long before it requests another.'),
    maxInARow: z
      .number()
      .int()
      .positive()
      .default(3)
      .describe(
        'After this many retrainings in a row that were not promoted, drift requests no more until something else goes live.',
      ),
  })
  .prefault({})
  .describe('When drift requests a retraining.');

export const monitoring = z
  .strictObject({
    falsePagesPerYear: z
      .number()
      .positive()
      .max(365)
      .default(1)
      .describe('How many false pages about drift a year you accept: the significance level follows from it.'),
    minRows: z
      .number()
      .int()
      .min(50)
      .default(200)
      .describe('With fewer captured rows there is no verdict; they are kept until there are enough.'),
    effectFloor,
    maxChampionAgeDays: z
      .number()
      .positive()
      .optional()
      .describe('An older champion is stale, and pages. Default: no limit.'),
    maxDataAgeDays: z.number().positive().optional().describe('Older data is stale, and pages. Default: no limit.'),
    retrain,
  })
  .prefault({})
  .describe('What is watched once a model is live.');
