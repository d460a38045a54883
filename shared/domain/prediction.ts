import type { Task } from './model-definition.ts';

/** An answer that is not `{"prediction": number}`, or a number that the task cannot have. */
export class PredictionFormatError extends Error {
  override readonly name = 'PredictionFormatError';
}

/**
 * The number in an answer: for a binary task the probability of true, 0 to 1.
 * @throws PredictionFormatError
 */
export const predictionIn = (answer: unknown, task: Task): number => {
  const value = answer !== null && typeof answer === 'object' && 'prediction' in answer ? answer.prediction : undefined;
  const told = JSON.stringify(answer)?.slice(0, 200);
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new PredictionFormatError(`expected {"prediction": <finite number>}, got ${told}`);
  if (task === 'binary' && (value < 0 || value > 1))
    throw new PredictionFormatError(`expected a probability from 0 to 1, got ${told}`);
  return value;
};

/** Equal but for how numbers are written: within 1e-9, of the larger one where that is above 1. */
export const samePrediction = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
