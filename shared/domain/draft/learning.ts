import type * as z from 'zod';
import { MIN_RAREST_CLASS } from '../build/verdict.ts';
import type { modelDefinition } from '../definition/model-definition.ts';
import type { Draft } from './draft.ts';
import type { DraftTarget } from './infer-target.ts';

type Input = z.input<typeof modelDefinition>;

/** How a model of so many rows is split, ranked and gated. */
export interface Learning {
  readonly fields: Pick<Input, 'split' | 'metric' | 'gates' | 'evaluation'>;
  readonly why: Draft['why'];
  readonly warnings: readonly string[];
}

/** Where there are fewer rows, more of them judge: otherwise chance decides. */
const FEW_ROWS = 1000;
const DEFAULT = { test: 0.2, validation: 0.1 };
const OF_FEW = { test: 0.3, validation: 0.2 };
const DEFAULT_MIN_TEST_ROWS = 200;
/** Fewer test rows than this, and what a model scores on them is mostly chance. */
const LEAST_TEST_ROWS = 20;

/** The split is by hash, so how many of `rows` are in a share varies; nearly always at least this many are. */
const atLeast = (rows: number, share: number): number =>
  Math.max(0, Math.floor(rows * share - 3 * Math.sqrt(rows * share * (1 - share))));

export const inferLearning = (rows: number, target: DraftTarget): Learning => {
  const shares = rows < FEW_ROWS ? OF_FEW : DEFAULT;
  const testRows = atLeast(rows, shares.test);
  const metric = metricFor(target, shares.test);
  const gate = gateFor(target, rows);
  const expected = Math.round(rows * shares.test);
  const minTestRows = Math.max(LEAST_TEST_ROWS, Math.min(DEFAULT_MIN_TEST_ROWS, testRows));
  const few = minTestRows < DEFAULT_MIN_TEST_ROWS;
  return {
    fields: {
      ...(rows < FEW_ROWS && { split: shares }),
      metric: metric.name,
      gates: [gate.gate],
      ...(few && { evaluation: { minTestRows } }),
    },
    why: {
      ...{ metric: metric.why, 'gates.0': gate.why },
      ...(rows < FEW_ROWS && {
        split: `few rows: more of them are kept for judging than by default (${DEFAULT.test}, ${DEFAULT.validation})`,
      }),
      ...(few && {
        evaluation: `the sample gives about ${expected} test rows, the default is ${DEFAULT_MIN_TEST_ROWS}: with so few, only large differences are certain. Raise it as data comes in`,
      }),
    },
    warnings: testRows < LEAST_TEST_ROWS ? [tooFew(rows, expected)] : [],
  };
};

const tooFew = (rows: number, expected: number): string =>
  `${rows} rows is very few: they give about ${expected} test rows, and with fewer than ${LEAST_TEST_ROWS} a run ends as "too few rows", with nothing live`;

const metricFor = ({ task, classes }: DraftTarget, test: number): { name: Input['metric']; why: string } => {
  if (task === 'regression')
    return { name: 'rmse', why: 'or mae, which forgives single large errors; r2 is the share of variance explained' };
  if (task === 'multiclass')
    return {
      name: 'logloss',
      why: 'judges every probability; or accuracy, or macro_f1 if rare classes should count as much as common ones',
    };
  const rarer = atLeast(Math.min(...classes), test);
  return rarer >= MIN_RAREST_CLASS
    ? { name: 'auc', why: 'how well it tells true from false; logloss or brier if the probability itself is used' }
    : {
        name: 'logloss',
        why: `auc needs ${MIN_RAREST_CLASS} test rows of the rarer class, and the sample may give only ${rarer}`,
      };
};

type Gate = NonNullable<Input['gates']>[number];

/** No worse than guessing without having seen a feature. */
const gateFor = ({ task, classes }: DraftTarget, rows: number): { gate: Gate; why: string } => {
  const raise = 'raise it to what you need';
  if (task === 'regression')
    return { gate: { metric: 'r2', min: 0 }, why: `0 is no better than always predicting the mean: ${raise}` };
  if (task === 'binary') return { gate: { metric: 'auc', min: 0.5 }, why: `0.5 is guessing: ${raise}` };
  const entropy = classes.reduce((sum, n) => sum - (n / rows) * Math.log(n / rows), 0);
  const max = Number((Math.ceil(entropy * 1000) / 1000).toFixed(3));
  return {
    gate: { metric: 'logloss', max },
    why: `${max} is guessing by how frequent each class is: lower it to what you need`,
  };
};
