import { describe, expect, it } from 'vitest';
import { neededQuotas } from '../../../shared/domain/quotas.ts';
import { definition } from '../../fixtures/pipeline-world.ts';

const candidates = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `c${i}`, hyperparameters: {} }));
const needed = (...definitions: Parameters<typeof neededQuotas>[0]) =>
  Object.fromEntries(neededQuotas(definitions).map(({ name, needed: n }) => [name, n]));

describe('the quotas that definitions need', () => {
  it('count each model’s trainings, at most four at once, and its two batch transforms', () => {
    const two = definition({ candidates: candidates(2), training: { instance: 'ml.m5.xlarge' } });
    const many = definition({ candidates: candidates(9), training: { instance: 'ml.m5.xlarge' } });
    expect(needed(two, many)).toMatchObject({
      'ml.m5.xlarge for training job usage': 2 + 4,
      'ml.m5.xlarge for transform job usage': 2 + 2,
    });
  });

  it('count all endpoints of a type, and a second fleet of the largest', () => {
    const three = definition({ deployment: { instance: 'ml.c5.large', instances: 3 } });
    const one = definition({ deployment: { instance: 'ml.c5.large', instances: 1 } });
    const other = definition({ deployment: { instance: 'ml.m5.large', instances: 1 } });
    expect(needed(three, one, other)).toMatchObject({
      'ml.c5.large for endpoint usage': 3 + 1 + 3,
      'ml.m5.large for endpoint usage': 1 + 1,
    });
  });

  it('count what serverless endpoints answer at once, and no instances of theirs', () => {
    const serverless = definition({ deployment: { serverless: { memoryMiB: 2048, maxConcurrency: 5 } } });
    const found = needed(serverless, serverless);
    expect(found['Maximum total concurrency that can be allocated across all serverless endpoints']).toBe(10);
    expect(Object.keys(found).filter((name) => name.endsWith('for endpoint usage'))).toEqual([]);
  });

  it('are those of functions, when there is no model', () => {
    expect(needed()).toEqual({ 'Concurrent executions': 25 });
  });
});
