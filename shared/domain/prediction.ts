import { classesOf, type ModelDefinition } from './definition/model-definition.ts';

/** What a model answers for a row. */
export interface Answer {
  /** Binary: the probability of true. Multiclass: the class. Regression: the number. */
  readonly prediction: number | string;
  /** Multiclass only: of every class. They add up to 1. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

/** An answer that is not what the task answers with. */
export class PredictionFormatError extends Error {
  override readonly name = 'PredictionFormatError';
}

/** What decides how an answer looks. */
export type Asked = Pick<ModelDefinition, 'task' | 'target' | 'columns'>;

/** Probabilities are sent as 32-bit floats by many models, so that their sum is not exactly 1. */
export const SUM_TOLERANCE = 1e-3;

/**
 * The answer, held to its task: `{"prediction": number}`, for a binary task from 0 to 1; for a multiclass task
 * `{"prediction": class, "probabilities": {class: number, …}}`.
 * @throws PredictionFormatError
 */
export const answerIn = (answer: unknown, asked: Asked): Answer => {
  const found = answer !== null && typeof answer === 'object' ? (answer as Record<string, unknown>) : {};
  const told = JSON.stringify(answer)?.slice(0, 200);
  if (asked.task === 'multiclass') return classAnswer(found, classesOf(asked), told);
  const { prediction: value } = found;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new PredictionFormatError(`expected {"prediction": <finite number>}, got ${told}`);
  if (asked.task === 'binary' && (value < 0 || value > 1))
    throw new PredictionFormatError(`expected a probability from 0 to 1, got ${told}`);
  return { prediction: value };
};

const classAnswer = (found: Record<string, unknown>, classes: readonly string[], told: string | undefined): Answer => {
  const { prediction, probabilities } = found;
  if (typeof prediction !== 'string' || !classes.includes(prediction))
    throw new PredictionFormatError(`expected {"prediction": <one of ${classes.join(', ')}>, …}, got ${told}`);
  const given = Object.entries(probabilities !== null && typeof probabilities === 'object' ? probabilities : {});
  const fits = (p: unknown) => typeof p === 'number' && p >= 0 && p <= 1;
  if (given.length !== classes.length || !given.every(([name, p]) => classes.includes(name) && fits(p)))
    throw new PredictionFormatError(`expected "probabilities" with one from 0 to 1 for each class, got ${told}`);
  const sum = given.reduce((total, [, p]) => total + Number(p), 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE)
    throw new PredictionFormatError(`expected "probabilities" that add up to 1, but these add up to ${sum}: ${told}`);
  return { prediction, probabilities: Object.fromEntries(given) as Record<string, number> };
};

/** Equal but for how numbers are written: within 1e-9, of the larger one where that is above 1. */
export const sameAnswer = (a: Answer, b: Answer): boolean =>
  samePrediction(a.prediction, b.prediction) &&
  Object.entries(a.probabilities ?? {}).every(([name, p]) => samePrediction(p, b.probabilities?.[name] ?? Number.NaN));

const samePrediction = (a: number | string, b: number | string): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    : a === b;

/** In a word, for messages: the number, or the class with its probability. */
export const answerInWords = ({ prediction, probabilities }: Answer): string =>
  typeof prediction === 'number' ? String(prediction) : `${prediction} (${probabilities?.[prediction]})`;
