import { describe, expect, it } from 'vitest';
import { decideVerdict, type Evidence } from '../../../shared/domain/verdict.ts';

const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  metric: 'auc',
  challenger: { auc: 0.81, logloss: 0.4 },
  testRows: 300,
  minTestRows: 200,
  gates: [{ metric: 'auc', min: 0.7 }],
  ...over,
});
const champion = { release: 3, modelVersion: 7 };

describe('the verdict', () => {
  it('promotes the first model that passes its gates, and says on what figures', () => {
    const verdict = decideVerdict(evidence());
    expect(verdict.decision).toBe('promote');
    expect(verdict.reasons).toEqual([
      'no champion is live yet',
      'auc 0.81 is at least 0.7',
      'auc 0.81 on 300 test rows',
    ]);
    expect(verdict).toMatchObject({ metric: 'auc', challenger: { auc: 0.81, logloss: 0.4 }, testRows: 300 });
  });

  it('fails the gates before anything else, and names each that was missed', () => {
    const gates = [
      { metric: 'auc', min: 0.9 },
      { metric: 'logloss', max: 0.1 },
      { metric: 'accuracy', min: 0 },
    ] as const;
    const verdict = decideVerdict(evidence({ gates, champion, testRows: 10 }));
    expect(verdict.decision).toBe('fail-gates');
    expect(verdict.reasons).toEqual([
      'auc 0.81 is below its minimum of 0.9',
      'logloss 0.4 is above its maximum of 0.1',
      'accuracy could not be measured',
      '10 test rows are fewer than the 200 needed to tell',
    ]);
    expect(verdict.gates.map((g) => g.passed)).toEqual([false, false, false]);
  });

  it('does not know with one test row too few, and does with enough', () => {
    const verdict = decideVerdict(evidence({ testRows: 199 }));
    expect(verdict.decision).toBe('unknown');
    expect(verdict.reasons).toEqual(['199 test rows are fewer than the 200 needed to tell']);
    expect(decideVerdict(evidence({ testRows: 200 })).decision).toBe('promote');
  });

  it.each([{ challenger: { auc: Number.NaN } }, { challenger: {} }])(
    'never promotes without the primary metric: %j',
    (over) => {
      expect(decideVerdict(evidence({ gates: [], ...over })).decision).toBe('unknown');
    },
  );

  it('keeps a champion that the challenger has not been compared with', () => {
    const verdict = decideVerdict(evidence({ champion }));
    expect(verdict.decision).toBe('keep-champion');
    expect(verdict.reasons[0]).toBe(
      'model version 7 is live as release 3, and the two have not been compared on the same rows',
    );
  });

  it('says so when there are no gates', () => {
    expect(decideVerdict(evidence({ gates: [] })).reasons).toContain('the definition sets no gates');
  });
});
