import * as z from 'zod';
import { METRICS } from './metrics.ts';
import { MODEL_NAME } from './names.ts';

/**
 * `models/<name>/model.yaml`: the one source of what a model is. Its zod schema gives the types, the error messages of synth and
 * push, and the contract that uploads are held to. Unknown fields are refused everywhere.
 */

/** Column names end up in SQL, JSON, CSV headers and HTML reports: letters, digits and underscores keep them the same in all. */
const columnName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'a column name has letters, digits and underscores only, at most 63 of them');

const columnBase = {
  nullable: z.boolean().default(false),
  /** Is the model given this column? Never true of the target. */
  feature: z.boolean().default(true),
};

const column = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('integer'),
      min: z.number().int().optional(),
      max: z.number().int().optional(),
      ...columnBase,
    }),
    z.strictObject({
      type: z.literal('number'),
      min: z.number().optional(),
      max: z.number().optional(),
      ...columnBase,
    }),
    z.strictObject({ type: z.literal('boolean'), ...columnBase }),
    /** Without `values`, any text; with them, nothing else is accepted. */
    z.strictObject({ type: z.literal('string'), values: z.array(z.string()).min(1).optional(), ...columnBase }),
  ])
  .refine((c) => !('min' in c && c.min !== undefined && c.max !== undefined && c.min > c.max), {
    message: 'min is above max',
  });

const candidate = z.strictObject({
  /** Becomes part of a training job's name. */
  name: z.string().regex(/^[a-z0-9]{1,12}$/, 'a candidate name is 1 to 12 lower-case letters or digits'),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});

const gate = z
  .strictObject({ metric: z.enum(METRICS), min: z.number().optional(), max: z.number().optional() })
  .refine((g) => g.min !== undefined || g.max !== undefined, { message: 'a gate needs a min or a max' });

const instance = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'an instance type looks like ml.m5.large');

export const DEFAULT_LATENCY_MILLISECONDS = 1000;

const schedule = z
  .string()
  .regex(/^(rate\(\d+ (minute|hour|day)s?\)|cron\(.+\))$/, 'a schedule looks like rate(1 hour) or cron(0 6 * * ? *)');

const fraction = z.number().gt(0).lt(1);

const definitionShape = z.strictObject({
  name: z.string().regex(MODEL_NAME, 'a model name is [a-z][a-z0-9-]*, at most 20 characters, no hyphen at its end'),
  description: z.string().default(''),
  task: z.enum(['binary', 'regression']),
  target: columnName,
  /** The columns that together name a row; without any, the hash of the whole row does. */
  id: z.union([columnName.transform((c) => [c]), z.array(columnName)]).default([]),
  columns: z.record(columnName, column),
  data: z
    .strictObject({
      /** `append`: an upload adds rows to what is there. `snapshot`: an upload replaces it. */
      mode: z.enum(['append', 'snapshot']).default('append'),
      maxRows: z.number().int().positive().default(20_000_000),
    })
    .prefault({}),
  /** Shares of the rows, by the hash of a row's id (or of `group`): a row is always on the same side. */
  split: z
    .strictObject({ test: fraction.default(0.2), validation: fraction.default(0.1), group: columnName.optional() })
    .refine((s) => s.test + s.validation < 1, { message: 'test and validation leave nothing to train on' })
    .prefault({}),
  candidates: z
    .array(candidate)
    .min(1)
    .max(10)
    .default([{ name: 'default', hyperparameters: {} }]),
  /** The primary metric: candidates are ranked by it. */
  metric: z.enum(METRICS),
  /** Absolute: a model that misses one is not promoted, whatever else is true. */
  gates: z.array(gate).default([]),
  evaluation: z
    .strictObject({
      /** Fewer test rows decide nothing. */
      minTestRows: z.number().int().positive().default(200),
      /** By how much of the primary metric a challenger must beat the champion: the whole interval of the difference lies above it. */
      margin: z.number().min(0).default(0),
      /** When the champion cannot be scored on the challenger's test rows: does it stay, or is it replaced? */
      notComparable: z.enum(['keep', 'promote']).default('keep'),
    })
    .prefault({}),
  training: z
    .strictObject({
      image: z.string().default('sagemaker-xgboost:3.2-0'),
      instance: instance.default('ml.m5.large'),
      maxRuntimeSeconds: z.number().int().min(60).max(432_000).default(3600),
      volumeGiB: z.number().int().min(1).max(16_384).default(30),
    })
    .prefault({}),
  deployment: z
    .strictObject({
      instance: instance.default('ml.m5.large'),
      instances: z.number().int().min(1).max(100).default(1),
      /** Share of calls whose request and answer are kept for monitoring. */
      capturePercent: z.number().int().min(0).max(100).default(100),
      /** `manual`: a better challenger waits until somebody approves it (`modelloop approve`). */
      approval: z.enum(['none', 'manual']).default('none'),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      /** Pages about drift that may be false, a year: what counts as significant follows from it. */
      falsePagesPerYear: z.number().positive().max(365).default(1),
      /** With fewer captured rows there is no verdict: they are kept until there are enough. */
      minRows: z.number().int().min(50).default(200),
      /** A change smaller than this pages nobody, however sure it is. */
      effectFloor: z
        .strictObject({
          /** Population stability index. */
          psi: z.number().positive().default(0.1),
          /** Of a number: by how many standard deviations its mean moved. */
          sigmas: z.number().positive().default(0.3),
          /** Of nulls, and of values never seen before: by how much their share of the rows changed. */
          share: fraction.default(0.02),
        })
        .prefault({}),
      /** Without them, nothing grows stale. */
      maxChampionAgeDays: z.number().positive().optional(),
      maxDataAgeDays: z.number().positive().optional(),
      retrain: z
        .strictObject({
          /** After a retraining that drift asked for, the next is asked for no sooner. */
          cooldownHours: z.number().nonnegative().default(24),
          /** So many in a row that did not promote, and drift asks for no more until something else goes live. */
          maxInARow: z.number().int().positive().default(3),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Read at deployment only; everything above travels with the code version. */
  operations: z
    .strictObject({
      owner: z.string().min(1),
      /** When monitors check; without them, as often as the stage's settings say. */
      schedules: z
        .strictObject({ retrain: z.string().optional(), drift: schedule.optional(), freshness: schedule.optional() })
        .prefault({}),
      paging: z
        .strictObject({
          email: z.array(z.email()).default([]),
          /** Slower answers than this, on average over three minutes, call somebody. */
          latencyMilliseconds: z.number().int().positive().default(DEFAULT_LATENCY_MILLISECONDS),
        })
        .prefault({}),
    })
    .optional(),
});

export const modelDefinition = definitionShape.superRefine((d, ctx) => {
  const issue = (path: (string | number)[], message: string) => ctx.addIssue({ code: 'custom', path, message });
  const target = d.columns[d.target];
  if (!target) issue(['target'], `"${d.target}" is not among the columns`);
  else if (d.task === 'binary' && target.type !== 'boolean')
    issue(['columns', d.target, 'type'], 'the target of a binary task is a boolean');
  else if (d.task === 'regression' && target.type !== 'number' && target.type !== 'integer')
    issue(['columns', d.target, 'type'], 'the target of a regression is a number');
  if (target?.nullable) issue(['columns', d.target, 'nullable'], 'a target is never null');
  for (const [i, c] of d.id.entries()) {
    if (!d.columns[c]) issue(['id', i], `"${c}" is not among the columns`);
    else if (d.columns[c].nullable) issue(['columns', c, 'nullable'], 'a column of the id is never null');
    if (c === d.target) issue(['id', i], 'the target cannot name a row');
  }
  if (d.split.group && !d.columns[d.split.group])
    issue(['split', 'group'], `"${d.split.group}" is not among the columns`);
  if (featureColumns(d).length === 0) issue(['columns'], 'no column is a feature');
  const names = d.candidates.map((c) => c.name);
  if (new Set(names).size !== names.length) issue(['candidates'], 'two candidates have one name');
  const wrong = (m: (typeof METRICS)[number]) => !metricsOfTask(d.task).includes(m);
  if (wrong(d.metric)) issue(['metric'], `a ${d.task} model has ${metricsOfTask(d.task).join(', ')}`);
  for (const [i, g] of d.gates.entries())
    if (wrong(g.metric)) issue(['gates', i, 'metric'], `a ${d.task} model has ${metricsOfTask(d.task).join(', ')}`);
});

export type ModelDefinition = z.infer<typeof modelDefinition>;
export type Operations = NonNullable<ModelDefinition['operations']>;
export type Column = z.infer<typeof column>;
export type Task = ModelDefinition['task'];

export const metricsOfTask = (task: Task): readonly (typeof METRICS)[number][] =>
  task === 'binary' ? ['auc', 'logloss', 'brier', 'accuracy'] : ['rmse', 'mae', 'r2'];

/** The columns that the model is given, in the definition's order. */
export const featureColumns = (d: Pick<ModelDefinition, 'columns' | 'target'>): readonly string[] =>
  Object.entries(d.columns)
    .filter(([name, c]) => c.feature && name !== d.target)
    .map(([name]) => name);

/** The part of a definition that uploads are held to and prepared by; its hash keys what was prepared. */
export const contractOf = (d: ModelDefinition) => ({
  task: d.task,
  target: d.target,
  id: d.id,
  columns: d.columns,
  split: d.split,
  maxRows: d.data.maxRows,
});
export type Contract = ReturnType<typeof contractOf>;
