import { describe, expect, test } from 'vitest';
import { nextRetraining, type RetrainingSituation } from '../../../shared/domain/drift/next-retraining.ts';
import type { Retraining, Run } from '../../../shared/domain/records.ts';

const situation = (over: Partial<RetrainingSituation> = {}): RetrainingSituation => ({
  now: '2026-03-10T00:00:00.000Z',
  wanted: 'drift check 1: age drifted',
  newestRun: 4,
  due: false,
  cooldownHours: 24,
  maxInARow: 3,
  ...over,
});
const open = (over: Partial<Retraining> = {}): Retraining => ({
  ...{ status: 'waiting-for-data', since: '2026-03-01T00:00:00.000Z', reason: 'r', inARow: 0, afterRun: 4 },
  ...over,
});
const run = (over: object): Run =>
  ({ model: 'm', run: 5, status: 'finished', endedAt: '2026-03-09T20:00:00.000Z', ...over }) as Run;
const kept = run({ verdict: { decision: 'keep-champion' } });
const promoted = run({ verdict: { decision: 'promote' }, deployment: { status: 'live', release: 2, at: '' } });

describe('drift', () => {
  test('asks, where newest data and code have not been trained on', () => {
    expect(nextRetraining(situation({ due: true }))).toMatchObject({ status: 'requested', afterRun: 4, inARow: 0 });
  });

  test('waits for data, where they have', () => {
    const waiting = nextRetraining(situation());
    expect(waiting).toMatchObject({ status: 'waiting-for-data', afterRun: 4, since: '2026-03-10T00:00:00.000Z' });
    expect(waiting.reason).toMatch(/age drifted; this code has already been trained on the newest data/);
  });

  test('asked for again before anything came changes nothing, not even since when', () => {
    const previous = nextRetraining(situation());
    expect(nextRetraining(situation({ previous, now: '2026-03-11T00:00:00.000Z' }))).toEqual(previous);
  });

  test('leaves a run that is under way alone, and a promoted one until it is live', () => {
    const previous = open();
    for (const answer of [run({ status: 'running' }), run({ verdict: { decision: 'promote' } })])
      expect(nextRetraining(situation({ previous, answer, newestRun: 5 }))).toEqual(previous);
  });

  test('asks no sooner than the cooldown after the last one', () => {
    const early = nextRetraining(situation({ previous: open(), answer: kept, newestRun: 5 }));
    expect(early).toMatchObject({ status: 'cooldown', inARow: 1, endedAt: '2026-03-09T20:00:00.000Z' });
    const later = situation({ previous: early, now: '2026-03-10T20:00:00.001Z', newestRun: 5 });
    expect(nextRetraining(later)).toMatchObject({ status: 'waiting-for-data', inARow: 1, afterRun: 5 });
  });

  test('asks no more after three in a row that did not promote, and again when something went live', () => {
    const previous = open({ inARow: 2 });
    const stopped = nextRetraining(situation({ previous, answer: kept, newestRun: 5 }));
    expect(stopped).toMatchObject({ status: 'stopped', inARow: 3 });
    const after = situation({ previous: stopped, now: '2026-04-01T00:00:00.000Z', newestRun: 5 });
    expect(nextRetraining(after).status).toBe('stopped');
    expect(nextRetraining({ ...after, championSince: '2026-03-20T00:00:00.000Z' })).toMatchObject({
      status: 'waiting-for-data',
      inARow: 0,
    });
  });

  test('a failed run counts as one that did not promote, a promoted one forgets the others', () => {
    const settled = (answer: Run) =>
      nextRetraining(situation({ previous: open({ inARow: 1 }), answer, newestRun: 5 })).inARow;
    expect(settled(run({ status: 'failed' }))).toBe(2);
    expect(settled(run({ verdict: { decision: 'promote' }, deployment: { status: 'failed', at: '' } }))).toBe(2);
    expect(settled(promoted)).toBe(0);
  });

  test.each(['held', 'refused', 'superseded', 'not-needed', 'rejected'] as const)(
    'what was to be promoted and is %s counts as well: it did not go live',
    (status) => {
      const answer = run({ verdict: { decision: 'promote' }, deployment: { status, at: '' } });
      expect(nextRetraining(situation({ previous: open({ inARow: 1 }), answer, newestRun: 5 })).inARow).toBe(2);
    },
  );

  test('what somebody released after the last retraining ended forgets them all', () => {
    const championSince = '2026-03-09T23:00:00.000Z';
    const last = situation({ previous: open({ inARow: 2 }), answer: kept, newestRun: 5, cooldownHours: 0 });
    const after = nextRetraining({ ...last, championSince });
    expect(after).toMatchObject({ status: 'waiting-for-data', inARow: 0 });
    const dayAfter = { ...last, now: '2026-03-11T00:00:00.000Z', previous: after, championSince };
    expect(nextRetraining({ ...dayAfter, answer: run({ run: 6, status: 'running' }) })).toMatchObject({ inARow: 0 });
    expect(nextRetraining({ ...last, championSince: '2026-03-05T00:00:00.000Z' })).toMatchObject({ inARow: 1 });
  });
});

test('without drift a wish that waits is withdrawn, and what was counted stays', () => {
  const { wanted: _, ...calm } = situation({ previous: open({ inARow: 2 }) });
  expect(nextRetraining(calm)).toMatchObject({ status: 'idle', inARow: 2 });
});
