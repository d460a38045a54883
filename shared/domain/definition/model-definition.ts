import * as z from 'zod';
import { METRICS, type Metric } from '../build/metrics.ts';
import { MODEL_NAME } from '../names.ts';
import { type Column, column, columnName } from './columns.ts';
import { deployment } from './deployment.ts';
import { monitoring } from './monitoring.ts';
import { operations } from './operations.ts';
import { candidates, data, evaluation, gates, split, training } from './training.ts';

/**
 * `models/<name>/model.yaml`: the one source of what a model is. Its zod schema gives the types, the error messages of synth and
 * push, the contract that uploads are held to, and docs/model-yaml.md with its JSON Schema (`npm run docs` writes both): so each field
 * says what it means with `.describe`. Unknown fields are refused everywhere.
 */
const definitionShape = z.strictObject({
  name: z
    .string()
    .regex(MODEL_NAME, 'a model name is [a-z][a-z0-9-]*, at most 20 characters, without a hyphen at its end')
    .describe('The folder’s name: `[a-z][a-z0-9-]*`, at most 20 characters, no hyphen at its end.'),
  description: z.string().default('').describe('What is predicted, in a sentence.'),
  task: z
    .enum(['binary', 'multiclass', 'regression'])
    .describe(
      'What the target is: yes or no (`binary`), one of several classes (`multiclass`), or a number (`regression`).',
    ),
  target: columnName.describe(
    'The column to predict: a boolean (binary), a string with `values` (multiclass), or a number or integer (regression).',
  ),
  id: z
    .union([columnName.transform((c) => [c]), z.array(columnName)])
    .prefault([])
    .describe(
      'The column or columns that identify a row: no two rows of one upload may have the same values. Without any, the hash of the whole row does, and rows may repeat. Ids are not compared with earlier uploads: see `data.mode`.',
    ),
  columns: z.record(columnName, column).describe('Every column of the uploads, by name, and what its values may be.'),
  data,
  split,
  candidates,
  metric: z.enum(METRICS).describe('The primary metric: it ranks candidates and judges challengers.'),
  gates,
  evaluation,
  training,
  deployment,
  monitoring,
  operations,
});

type Definition = z.infer<typeof definitionShape>;
type Report = (path: (string | number)[], message: string) => void;

export const modelDefinition = definitionShape.superRefine((d, ctx) => {
  const report: Report = (path, message) => ctx.addIssue({ code: 'custom', path, message });
  checkTarget(d, report);
  checkNames(d, report);
  checkMetrics(d, report);
  if (d.deployment.serverless && d.operations?.network)
    report(['operations', 'network'], 'a serverless endpoint cannot be in a network: SageMaker refuses it');
});

const checkTarget = (d: Definition, report: Report): void => {
  const target = d.columns[d.target];
  if (!target) {
    report(['target'], `"${d.target}" is not among the columns`);
    return;
  }
  const at = ['columns', d.target];
  if (target.nullable) report([...at, 'nullable'], 'the target cannot be nullable');
  if (d.task === 'binary' && target.type !== 'boolean')
    report([...at, 'type'], 'the target of a binary task must be a boolean');
  if (d.task === 'regression' && target.type !== 'number' && target.type !== 'integer')
    report([...at, 'type'], 'the target of a regression must be a number');
  if (d.task === 'multiclass') {
    if (target.type !== 'string')
      report([...at, 'type'], 'the target of a multiclass task must be a string, whose values are the classes');
    else if ((target.values?.length ?? 0) < 2)
      report([...at, 'values'], 'the target of a multiclass task must name its classes: give it values, at least two');
  }
};

const checkNames = (d: Definition, report: Report): void => {
  for (const [i, c] of d.id.entries()) {
    if (!d.columns[c]) report(['id', i], `"${c}" is not among the columns`);
    else if (d.columns[c].nullable) report(['columns', c, 'nullable'], 'a column of the id cannot be nullable');
    if (c === d.target) report(['id', i], 'the target cannot be part of the id');
  }
  if (d.split.group && !d.columns[d.split.group])
    report(['split', 'group'], `"${d.split.group}" is not among the columns`);
  if (featureColumns(d).length === 0) report(['columns'], 'no column is a feature');
  const columns = Object.keys(d.columns).map((c) => c.toLowerCase());
  for (const c of Object.keys(d.columns).filter((c, i) => columns.indexOf(c.toLowerCase()) < i))
    report(['columns', c], 'another column has the same name in upper or lower case, which SQL does not tell apart');
  const names = d.candidates.map((c) => c.name);
  if (new Set(names).size !== names.length) report(['candidates'], 'two candidates have the same name');
};

const checkMetrics = (d: Definition, report: Report): void => {
  const known = metricsOfTask(d.task);
  const message = `the metrics of a ${d.task} model are ${known.join(', ')}`;
  if (!known.includes(d.metric)) report(['metric'], message);
  for (const [i, g] of d.gates.entries()) if (!known.includes(g.metric)) report(['gates', i, 'metric'], message);
};

export type ModelDefinition = z.infer<typeof modelDefinition>;
export type Operations = NonNullable<ModelDefinition['operations']>;
export type Task = ModelDefinition['task'];
export { DEFAULT_LATENCY_MILLISECONDS } from './operations.ts';
export type { Column };

const METRICS_OF_TASK: Readonly<Record<Task, readonly Metric[]>> = {
  binary: ['auc', 'logloss', 'brier', 'accuracy'],
  multiclass: ['logloss', 'accuracy', 'macro_f1'],
  regression: ['rmse', 'mae', 'r2'],
};
export const metricsOfTask = (task: Task): readonly Metric[] => METRICS_OF_TASK[task];

/** The columns that the model is given, in the definition's order. */
export const featureColumns = (d: Pick<ModelDefinition, 'columns' | 'target'>): readonly string[] =>
  Object.entries(d.columns)
    .filter(([name, c]) => c.feature && name !== d.target)
    .map(([name]) => name);

/** The classes of a multiclass model, in the definition's order; of other models, none. */
export const classesOf = (d: Pick<ModelDefinition, 'task' | 'columns' | 'target'>): readonly string[] => {
  const target = d.columns[d.target];
  return d.task === 'multiclass' && target?.type === 'string' ? (target.values ?? []) : [];
};

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
