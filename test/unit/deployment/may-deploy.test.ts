import { describe, expect, it } from 'vitest';
import { contentBefore } from '../../../shared/domain/deployment/content-before.ts';
import { type DeploymentSituation, objectionTo } from '../../../shared/domain/deployment/may-deploy.ts';
import { rolledAway } from '../../../shared/domain/deployment/rolled-away.ts';
import type { Release, Verdict } from '../../../shared/domain/records.ts';

const champion = { release: 4, modelVersion: 7, since: 'then' };
const hold = { since: 'noon', reason: 'rolled back', release: 3 };
const better = { champion: { release: 4, modelVersion: 7 } } as Verdict;
const promotion: DeploymentSituation = {
  asked: { kind: 'promotion', modelVersion: 9 },
  champion,
  run: { run: 9, verdict: better },
};
const manual: DeploymentSituation = {
  asked: { kind: 'manual', modelVersion: 9, champion: 4 },
  champion,
  run: { run: 9 },
};

describe('what may be deployed', () => {
  it('is the first, and what was found better than the champion that is live', () => {
    expect(objectionTo({ ...promotion, champion: undefined, run: { run: 9 } })).toBeUndefined();
    expect(objectionTo(promotion)).toBeUndefined();
  });

  it('is not what was compared with a champion of the past, or with none', () => {
    for (const run of [{ run: 9 }, { run: 9, verdict: { ...better, champion: { release: 3, modelVersion: 6 } } }])
      expect(objectionTo({ ...promotion, run })).toEqual({
        status: 'not-needed',
        reason: 'model version 7 is live as release 4, and has not been compared with model version 9 on the same rows',
      });
  });

  it('holds a verdict back during a hold, and people not', () => {
    expect(objectionTo({ ...promotion, hold })).toEqual({
      status: 'held',
      reason: 'automatic promotion has been on hold since noon: rolled back',
    });
    expect(objectionTo({ ...manual, hold })).toBeUndefined();
  });

  it('is what people ask for, as long as the champion is the one that they looked at', () => {
    expect(objectionTo(manual)).toBeUndefined();
    expect(objectionTo({ ...manual, asked: { ...manual.asked, champion: 3 } })).toEqual({
      status: 'refused',
      reason: 'model version 7 is live as release 4 since then: it came first',
    });
  });

  it('is nothing that is live already, unless data and code go back with it', () => {
    const asked = { kind: 'rollback', modelVersion: 7, champion: 4 } as const;
    expect(objectionTo({ ...manual, asked })?.status).toBe('not-needed');
    expect(objectionTo({ ...manual, asked: { ...asked, all: true } })).toBeUndefined();
  });
});

describe('the content before', () => {
  const releases = (...all: readonly (readonly [modelVersion: number, contentOf?: number])[]) =>
    all.map(
      ([modelVersion, contentOf], i) => ({ release: i + 1, modelVersion, ...(contentOf && { contentOf }) }) as Release,
    );
  it.each([
    ['the release before', releases([1], [2], [3]), 2],
    ['one step further back after going back', releases([1], [2], [3], [2, 2]), 1],
    ['never the same model version', releases([1], [2], [2]), 1],
    ['nothing before the first', releases([1]), undefined],
    ['nothing before what was gone back to first', releases([1], [2], [1, 1]), undefined],
    ['what served, not what had been rolled away before', releases([1], [2], [1, 1], [3]), 1],
    ['what served before something was asked for that had been rolled away', releases([1], [2], [1, 1], [2, 2]), 1],
  ])('is %s', (_, all, expected) => expect(contentBefore(all)?.release).toBe(expected));
});

describe('a version that was rolled away', () => {
  const head = { latest: 5, rolledAway: [{ after: 2, upTo: 4, at: '2026-01-01T00:00:05.700Z' }] };
  it.each([
    [2, undefined, false],
    [3, undefined, true],
    [4, undefined, true],
    [5, undefined, false],
    // S3 tells whole seconds: what was put at :05.9 says :05
    [4, '2026-01-01T00:00:05Z', true],
    [4, '2026-01-01T00:00:04Z', false],
  ])('version %i published at %s: %s', (version, published, expected) =>
    expect(rolledAway(head, version, published)).toBe(expected),
  );
});
