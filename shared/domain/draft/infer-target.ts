import type { Task } from '../definition/model-definition.ts';
import { type DraftColumn, DraftError } from './draft.ts';
import { headroom, wholeHeadroom } from './headroom.ts';
import { commonest, unreadable } from './infer-column.ts';
import type { Reading, Sample, SampleColumn } from './sample.ts';
import { figure, listed } from './words.ts';

/** More different texts are names rather than classes; more different whole numbers are quantities. */
const MOST_CLASSES = 100;
const MOST_NUMBERED_CLASSES = 10;

export interface DraftTarget extends DraftColumn {
  readonly task: Task;
  readonly whyTask: string;
  /** Rows of each class. */
  readonly classes: readonly number[];
}

/** @throws DraftError when there is nothing to learn, or the task asked for does not fit */
export const inferTarget = (sample: Sample, target: SampleColumn, asked: Task | undefined): DraftTarget => {
  const { name, nulls, firstNull, readings } = target;
  if (nulls === sample.rows)
    throw new DraftError(`the target ${name} is empty in every row: there is nothing to learn`);
  if (nulls > 0)
    throw new DraftError(`the target ${name} is empty in ${nulls} of ${sample.rows} rows, the first in ${firstNull}`, {
      todo: ['a row without its answer teaches nothing: leave such rows out, of uploads too'],
    });
  const found = readings.boolean ?? readings.integer ?? readings.number ?? readings.string;
  if (!found) throw unreadable(target);
  if (found.distinct === 1)
    throw new DraftError(`the target ${name} is the same in every row: there is nothing to learn`, {
      todo: [`use a sample in which ${name} varies`],
    });
  const task = asked ?? likeliestTask(sample, target);
  return { binary, multiclass, regression }[task](sample, target, asked !== undefined);
};

const likeliestTask = ({ typed }: Sample, { readings }: SampleColumn): Task => {
  const { boolean, integer, number } = readings;
  if (boolean) return 'binary';
  if (integer && !typed && numbersOfClasses(integer)) return 'multiclass';
  return integer || number ? 'regression' : 'multiclass';
};

/** 0, 1, 2, … or 1, 2, 3, …, and few of them. */
const numbersOfClasses = ({ distinct, min, max }: Reading): boolean =>
  distinct <= MOST_NUMBERED_CLASSES && (min === 0 || min === 1) && max === min + distinct - 1;

const binary = ({ rows, typed }: Sample, target: SampleColumn): DraftTarget => {
  const { boolean } = target.readings;
  if (!boolean) throw cannotBe(target, 'binary', typed ? 'booleans' : 'true and false, or 1 and 0');
  return {
    ...{ task: 'binary', column: { type: 'boolean' }, classes: rowsOf(boolean) },
    ...{ why: `the answer; ${commonest(boolean, rows)} of the rows`, whyTask: `${target.name} is only yes or no` },
  };
};

const multiclass = ({ rows, typed }: Sample, target: SampleColumn, asked: boolean): DraftTarget => {
  const { integer, string } = target.readings;
  if (!string) throw cannotBe(target, 'multiclass', 'texts');
  const { distinct, values } = string;
  if (!values || (!asked && (distinct > MOST_CLASSES || distinct > rows / 2)))
    throw new DraftError(
      `the target ${target.name} has ${distinct} different texts in ${rows} rows: these are not classes`,
      {
        details: [`for example ${listed(values?.map((v) => v.value) ?? [])}`],
        todo: ['choose another target', ...(values ? ['if they are classes: --task multiclass'] : [])],
      },
    );
  const classes = values.map((v) => v.value).sort((a, b) => (integer ? Number(a) - Number(b) : a < b ? -1 : 1));
  const wanted = typed ? 'booleans' : 'true and false (or 1 and 0)';
  const two =
    distinct === 2 ? `; a binary model, with auc, needs ${wanted} in the file: write ${target.name} that way` : '';
  return {
    task: 'multiclass',
    column: { type: 'string', values: classes },
    classes: rowsOf(string),
    why: `the answer, one of ${distinct} classes; ${commonest(string, rows)} of the rows`,
    whyTask: integer
      ? `a few whole numbers, counting from ${integer.min}: most likely classes; for quantities, --task regression`
      : `${distinct} different texts${two}`,
  };
};

const regression = (_: Sample, target: SampleColumn): DraftTarget => {
  const { integer, number } = target.readings;
  const found = integer ?? number;
  if (found?.min === undefined || found.max === undefined) throw cannotBe(target, 'regression', 'numbers');
  const limits = integer ? wholeHeadroom(found.min, found.max) : headroom(found.min, found.max);
  return {
    ...{ task: 'regression', column: { type: integer ? 'integer' : 'number', ...limits }, classes: [] },
    why: `the answer; ${figure(found.min)} to ${figure(found.max)} in the sample`,
    whyTask: `${found.distinct} different numbers`,
  };
};

const rowsOf = ({ values = [] }: Reading): readonly number[] => values.map((v) => v.rows);

const cannotBe = ({ name, readings, fileType }: SampleColumn, task: Task, wanted: string): DraftError => {
  const has = readings.integer ?? readings.number;
  const held = readings.string?.values?.map((v) => v.value) ?? (has ? [figure(has.min), figure(has.max)] : []);
  return new DraftError(`the target of a ${task} task must hold ${wanted}, and ${name} does not`, {
    details: [`it holds ${fileType ? `${fileType.toLowerCase()}: ` : ''}${listed(held)}`],
    todo: ['write it that way in the file, or ask for another --task'],
  });
};
