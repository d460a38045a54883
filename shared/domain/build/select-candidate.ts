import type { CandidateResult } from '../records.ts';
import { better, type Metric } from './metrics.ts';

/**
 * The candidate with the best validation score on the primary metric; of equals, the one that the definition names first.
 * @param results in the definition's order
 * @returns undefined when no candidate has a finite score
 */
export const bestCandidate = (results: readonly CandidateResult[], metric: Metric): CandidateResult | undefined =>
  results.reduce<CandidateResult | undefined>((best, next) => {
    const score = next.validation[metric];
    if (score === undefined || !Number.isFinite(score)) return best;
    const toBeat = best?.validation[metric];
    return toBeat === undefined || better(metric, score, toBeat) ? next : best;
  }, undefined);
