import type { ModelDefinition } from '../definition/model-definition.ts';
import type { GateResult } from '../records.ts';
import type { Scores } from './metrics.ts';

export type Gate = ModelDefinition['gates'][number];

/** Holds scores to the definition's gates, bounds included. A metric that is absent or not a finite number passes none. */
export const checkGates = (gates: readonly Gate[], scores: Scores): readonly GateResult[] =>
  gates.map(({ metric, min, max }) => {
    const score = scores[metric];
    const value = Number.isFinite(score) ? score : undefined;
    const passed = value !== undefined && (min === undefined || value >= min) && (max === undefined || value <= max);
    return {
      metric,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      value,
      passed,
    };
  });

/** A gate in words, with its figures: `auc 0.8312 is at least 0.7`. */
export const gateInWords = ({ metric, min, max, value, passed }: GateResult): string => {
  if (value === undefined) return `${metric} could not be measured`;
  const figure = `${metric} ${formatScore(value)}`;
  if (passed) return `${figure} is ${limits(min, max)}`;
  const missed = min !== undefined && value < min ? `below its minimum of ${min}` : `above its maximum of ${max}`;
  return `${figure} is ${missed}`;
};

const limits = (min: number | undefined, max: number | undefined) =>
  [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean).join(' and ');

/** Four significant digits say enough to a reader; the record keeps the full figure. */
export const formatScore = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
