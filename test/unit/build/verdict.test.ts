import { describe, expect, it } from 'vitest';
import {
  type ChampionEvidence,
  type ComparisonOutcome,
  decideVerdict,
  type Evidence,
} from '../../../shared/domain/build/verdict.ts';
import type { Comparison } from '../../../shared/domain/records.ts';

const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  metric: 'auc',
  challenger: { auc: 0.81, logloss: 0.4 },
  testRows: 300,
  minTestRows: 200,
  rarestClass: 40,
  gates: [{ metric: 'auc', min: 0.7 }],
  notComparable: 'keep',
  ...over,
});

const comparison = (over: Partial<Comparison> = {}): Comparison => ({
  ...{ difference: 0.01, low: 0.004, high: 0.016, margin: 0, level: 0.95, resamples: 1000, seed: 2 },
  ...over,
});
const live = (found: ComparisonOutcome): ChampionEvidence => ({ release: 3, modelVersion: 7, found });
const compared = (over: Partial<Comparison> = {}) =>
  live({ kind: 'compared', scores: { auc: 0.8 }, comparison: comparison(over) });

describe('the verdict', () => {
  it('promotes the first model that passes its gates', () => {
    const verdict = decideVerdict(evidence());
    expect(verdict).toEqual({
      ...{ decision: 'promote', outcome: 'first', reasons: ['no champion is live yet'] },
      ...{ metric: 'auc', challenger: { auc: 0.81, logloss: 0.4 }, testRows: 300 },
      gates: [{ metric: 'auc', min: 0.7, value: 0.81, passed: true }],
    });
  });

  it('fails the gates before anything else, and names each that was missed', () => {
    const gates = [
      { metric: 'auc', min: 0.9 },
      { metric: 'logloss', max: 0.1 },
      { metric: 'accuracy', min: 0 },
    ] as const;
    const verdict = decideVerdict(evidence({ gates, champion: compared(), testRows: 10 }));
    expect(verdict).toMatchObject({ decision: 'fail-gates', outcome: 'gates-failed' });
    expect(verdict.reasons).toEqual([
      'auc 0.81 is below its minimum of 0.9',
      'logloss 0.4 is above its maximum of 0.1',
      'accuracy could not be measured',
      '10 test rows are fewer than the 200 needed to tell',
    ]);
    expect(verdict.gates.map((g) => g.passed)).toEqual([false, false, false]);
    expect(verdict.champion, 'both scores are kept all the same').toMatchObject({ scores: { auc: 0.8 } });
  });

  it('does not know with one test row too few, and does with enough', () => {
    const verdict = decideVerdict(evidence({ testRows: 199, champion: compared() }));
    expect(verdict).toMatchObject({ decision: 'unknown', outcome: 'too-few-rows' });
    expect(verdict.reasons).toEqual(['199 test rows are fewer than the 200 needed to tell']);
    expect(decideVerdict(evidence({ testRows: 200 })).decision).toBe('promote');
  });

  it('does not rank by auc with fewer than 10 rows of one class', () => {
    const verdict = decideVerdict(evidence({ rarestClass: 9 }));
    expect(verdict).toMatchObject({ decision: 'unknown', outcome: 'too-few-rows' });
    expect(verdict.reasons[0]).toMatch(/rarest class has 9 test rows/);
    expect(decideVerdict(evidence({ rarestClass: 10 })).decision).toBe('promote');
    expect(decideVerdict(evidence({ rarestClass: 9, metric: 'logloss' })).decision).toBe('promote');
    expect(decideVerdict(evidence({ rarestClass: 9, metric: 'macro_f1' })).outcome).toBe('too-few-rows');
  });

  it.each([{ challenger: { auc: Number.NaN } }, { challenger: {} }])(
    'never promotes without the primary metric: %j',
    (over) => {
      const verdict = decideVerdict(evidence({ gates: [], champion: compared(), ...over }));
      expect(verdict).toMatchObject({ decision: 'unknown', outcome: 'unmeasured' });
    },
  );
});

describe('the verdict against a champion', () => {
  it('promotes what is better, and keeps both scores and the interval', () => {
    const verdict = decideVerdict(evidence({ champion: compared() }));
    expect(verdict).toMatchObject({
      ...{ decision: 'promote', outcome: 'better' },
      champion: { release: 3, modelVersion: 7, scores: { auc: 0.8 } },
      comparison: comparison(),
    });
    expect(verdict.reasons).toEqual([
      'auc 0.81 against 0.8 for model version 7, live as release 3, on the same 300 test rows',
      'improvement +0.01, 95% interval +0.004 to +0.016: all above 0',
    ]);
  });

  it.each([
    [{ low: 0 }, 'the interval contains 0, so this may be chance'],
    [{ low: -0.002 }, 'the interval contains 0, so this may be chance'],
    [{ difference: 0, low: -0.001, high: 0 }, 'the interval contains 0, so this may be chance'],
    [{ margin: 0.004 }, 'better, but not significantly beyond the margin of 0.004'],
    [{ difference: -0.01, low: -0.02, high: -0.001 }, 'the champion is better'],
  ])('keeps the champion for %j', (over, why) => {
    const verdict = decideVerdict(evidence({ champion: compared(over) }));
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'not-better', comparison: over });
    expect(verdict.reasons[1]).toContain(why);
  });

  it('promotes when the whole interval is above the margin', () => {
    const verdict = decideVerdict(evidence({ champion: compared({ margin: 0.0039 }) }));
    expect(verdict.reasons[1]).toContain('all above 0.0039');
    expect(verdict.decision).toBe('promote');
  });

  it.each(['keep', 'promote'] as const)('never replaces a champion by its likeness: %s', (notComparable) => {
    const champion = live({ kind: 'identical', same: 'every prediction is equal', scores: { auc: 0.81 } });
    const verdict = decideVerdict(evidence({ champion, notComparable }));
    expect(verdict).toMatchObject({ decision: 'keep-champion', outcome: 'identical', champion: { modelVersion: 7 } });
    expect(verdict.reasons[0]).toContain('every prediction is equal');
    expect(verdict.comparison).toBeUndefined();
  });

  it('does with a champion that cannot be compared what the definition says', () => {
    const champion = live({ kind: 'not-comparable', why: 'transform job t failed: no column x' });
    const kept = decideVerdict(evidence({ champion }));
    expect(kept).toMatchObject({ decision: 'keep-champion', outcome: 'not-comparable' });
    expect(kept.reasons[0]).toBe(
      'cannot be compared with model version 7, live as release 3: transform job t failed: no column x',
    );
    expect(kept.champion).toEqual({ release: 3, modelVersion: 7 });
    const replaced = decideVerdict(evidence({ champion, notComparable: 'promote' }));
    expect(replaced).toMatchObject({ decision: 'promote', outcome: 'not-comparable' });
    expect(replaced.reasons[1]).toContain('evaluation.notComparable');
  });
});
