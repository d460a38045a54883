import { type Contract, classesOf, type Task } from '../../domain/definition/model-definition.ts';
import { SUM_TOLERANCE } from '../../domain/prediction.ts';
import { ident, texts } from './sql.ts';

/** How labels and answers of a task are read, as SQL; the classes of a multiclass task become their places, 0, 1, … */
export interface AnswerReading {
  /** Of a test row: the label, a double. */
  readonly label: string;
  /** Of a line of predictions (`json`): what is shown when it is wrong; the prediction, a double; every probability, by class. */
  readonly raw: string;
  readonly prediction: string;
  readonly probabilities: string;
  /** True of a prediction `p`, with its `probabilities`, that the task can have. */
  readonly fits: string;
  /** Ends the sentence "3 predictions are not …". */
  readonly wanted: string;
  /** Of a row with label `y`: the probability that its own class was given; null where there are no classes. */
  readonly ofTruth: string;
}

const NUMBERS = "('DOUBLE', 'BIGINT', 'UBIGINT')";
const OUTPUT = '$.SageMakerOutput';

export const answerReading = (contract: Pick<Contract, 'task' | 'target' | 'columns'>): AnswerReading =>
  contract.task === 'multiclass' ? classes(contract) : numbers(contract.task, contract.target);

const numbers = (task: Exclude<Task, 'multiclass'>, target: string): AnswerReading => {
  const p = `json_extract(json, '${OUTPUT}.prediction')`;
  return {
    label: `CAST(${ident(target)} AS DOUBLE)`,
    raw: `CAST(${p} AS VARCHAR)`,
    prediction: `CASE WHEN json_type(${p}) IN ${NUMBERS} THEN TRY_CAST(${p} AS DOUBLE) END`,
    probabilities: 'CAST(NULL AS MAP(VARCHAR, DOUBLE))',
    fits: task === 'binary' ? 'p BETWEEN 0 AND 1' : 'isfinite(p)',
    wanted: task === 'binary' ? 'probabilities' : 'finite numbers',
    ofTruth: 'CAST(NULL AS DOUBLE)',
  };
};

const classes = (contract: Pick<Contract, 'task' | 'target' | 'columns'>): AnswerReading => {
  const all = texts(classesOf(contract));
  const place = (of: string) => `CAST(list_position(${all}, ${of}) - 1 AS DOUBLE)`;
  const wrongTypes = `list_filter(json_type(json, '${OUTPUT}.probabilities.*'), lambda t: t NOT IN ${NUMBERS})`;
  const known = `list_sort(map_keys(probabilities)) = list_sort(${all})`;
  return {
    label: place(ident(contract.target)),
    raw: `CAST(json_extract(json, '${OUTPUT}') AS VARCHAR)`,
    prediction: `CASE WHEN json_type(json, '${OUTPUT}.prediction') = 'VARCHAR' THEN ${place(`json->>'${OUTPUT}.prediction'`)} END`,
    probabilities: `CASE WHEN len(${wrongTypes}) = 0
      THEN TRY_CAST(json_extract(json, '${OUTPUT}.probabilities') AS MAP(VARCHAR, DOUBLE)) END`,
    fits: `(${known} AND list_min(map_values(probabilities)) >= 0 AND list_max(map_values(probabilities)) <= 1
      AND abs(list_sum(map_values(probabilities)) - 1) <= ${SUM_TOLERANCE})`,
    wanted: `one of ${contract.target}'s classes with the probability of each`,
    ofTruth: `probabilities[${all}[CAST(y AS INTEGER) + 1]]`,
  };
};
