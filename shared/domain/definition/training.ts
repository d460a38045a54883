import * as z from 'zod';
import { METRICS } from '../build/metrics.ts';
import { MIN_TEST_GROUPS } from '../build/verdict.ts';
import { columnName } from './columns.ts';
import { instance } from './deployment.ts';
import { fraction } from './fraction.ts';
import { image } from './image.ts';

export const data = z
  .strictObject({
    mode: z
      .enum(['append', 'snapshot'])
      .default('append')
      .describe(
        '`append`: an upload adds its rows to those there; rows that an earlier upload holds count again, unless the whole file is identical, byte for byte. `snapshot`: an upload replaces what is there.',
      ),
    maxRows: z.number().int().positive().default(20_000_000).describe('The most rows that one upload may have.'),
  })
  .prefault({})
  .describe('How uploads become data versions.');

export const split = z
  .strictObject({
    test: fraction.default(0.2).describe('Share of the rows that models are judged on.'),
    validation: fraction
      .default(0.1)
      .describe('Share of the rows that decide when training stops and how candidates rank.'),
    group: columnName
      .optional()
      .describe(
        `Rows with the same value of this column are on the same side: all of one customer, for example. Models are then compared by resampling whole groups; with fewer than ${MIN_TEST_GROUPS} of them among the test rows nothing is decided.`,
      ),
  })
  .refine((s) => s.test + s.validation < 1, { message: 'test and validation leave nothing to train on' })
  .prefault({})
  .describe('How rows are split, by the hash of their id (or of `group`), so that a row is always on the same side.');

const candidate = z.strictObject({
  /** Becomes part of a training job's name. */
  name: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/, 'a candidate name is 1 to 12 lower-case letters or digits')
    .describe('1 to 12 lower-case letters or digits.'),
  hyperparameters: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
    .default({})
    .describe('Passed to `train.py` as `--name value`. The built-in recipe refuses names it does not know.'),
});

export const candidates = z
  .array(candidate)
  .min(1)
  .max(10)
  .default([{ name: 'default', hyperparameters: {} }])
  .describe('What each run trains; the best on the validation rows challenges the champion.');

const gate = z
  .strictObject({
    metric: z.enum(METRICS).describe('One of the task’s metrics.'),
    min: z.number().optional().describe('Lower fails.'),
    max: z.number().optional().describe('Higher fails.'),
  })
  .refine((g) => g.min !== undefined || g.max !== undefined, { message: 'a gate needs a min or a max' });

export const gates = z
  .array(gate)
  .default([])
  .describe('Limits on the test rows. A model that misses one is not promoted, whatever else is true.');

export const evaluation = z
  .strictObject({
    minTestRows: z
      .number()
      .int()
      .positive()
      .default(200)
      .describe('With fewer test rows nothing is decided: the run ends as "too few rows".'),
    margin: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'By how much of the primary metric a challenger must beat the champion: the whole confidence interval of the difference must lie above it.',
      ),
    notComparable: z
      .enum(['keep', 'promote'])
      .default('keep')
      .describe('When the champion cannot be scored on the challenger’s test rows: does it stay, or is it replaced?'),
  })
  .prefault({})
  .describe('When a challenger counts as better.');

export const training = z
  .strictObject({
    image: image
      .default('sagemaker-xgboost:3.2-0')
      .describe(
        'The container for training and serving: the name of an AWS image, or a full ECR image URI. The model’s roles may pull from its repository, so another repository needs a deployment; a repository of another account must let this account pull.',
      ),
    instance: instance.default('ml.m5.large').describe('Instance type that each candidate is trained on.'),
    maxRuntimeSeconds: z
      .number()
      .int()
      .min(60)
      .max(432_000)
      .default(3600)
      .describe('Training that takes longer is stopped.'),
    volumeGiB: z.number().int().min(1).max(16_384).default(30).describe('Disk of the training instance.'),
  })
  .prefault({})
  .describe('Where candidates are trained.');
