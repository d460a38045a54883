import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlarmState, decideState, type MissingData } from '../../../../infra/local/monitoring/decide-state.ts';

/**
 * The examples of "How alarm state is evaluated when data is missing" in the CloudWatch User Guide: 0 is within the threshold, X
 * breaches it, - is missing; the newest is on the right. `retain`: the state stays what it is.
 */
type Expected = AlarmState | 'retain';
type Row = readonly [points: string, missing: Expected, ignore: Expected, breaching: Expected, notBreaching: Expected];

const threeOutOfThree: Row[] = [
  ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
  ['----0', 'OK', 'OK', 'OK', 'OK'],
  ['0----', 'OK', 'OK', 'OK', 'OK'],
  ['-----', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['--X--', 'ALARM', 'retain', 'ALARM', 'OK'],
  ['X----', 'ALARM', 'retain', 'ALARM', 'OK'],
  ['----X', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
];

const twoOutOfThree: Row[] = [
  ['0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0-X--', 'OK', 'OK', 'ALARM', 'OK'],
  ['----0', 'OK', 'OK', 'ALARM', 'OK'],
  ['---X-', 'ALARM', 'retain', 'ALARM', 'OK'],
  ['----X', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
];

const POLICIES = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
const read = (points: string) => [...points].map((c) => (c === '-' ? undefined : c === 'X'));
const decide = (points: string, missingData: MissingData, current: AlarmState, datapointsToAlarm: number) =>
  decideState({ points: read(points), evaluationPeriods: 3, datapointsToAlarm, missingData, current });

describe.each([
  { m: 3, rows: threeOutOfThree },
  { m: 2, rows: twoOutOfThree },
])('AWS’s examples, $m out of 3', ({ m, rows }) => {
  test.each(rows)('%s', (points, ...expected) => {
    for (const current of STATES)
      for (const [i, policy] of POLICIES.entries())
        expect([policy, current, decide(points, policy, current, m)]).toEqual([
          policy,
          current,
          expected[i] === 'retain' ? current : expected[i],
        ]);
  });
});

describe('premature alarms', () => {
  test.each(['----X', '---X-'])('%s does not alarm yet when 3 out of 3 must breach', (points) => {
    expect(decide(points, 'missing', 'OK', 3)).toBe('INSUFFICIENT_DATA');
  });
  test('--X-0 is fine', () => expect(decide('--X-0', 'missing', 'OK', 3)).toBe('OK'));
});

describe('time in which the cloud did not run', () => {
  const decideAfterStart = (points: string, observedMissing: number, current: AlarmState) =>
    decideState({
      points: read(points),
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      missingData: 'breaching',
      current,
      observedMissing,
    });
  test('is not missing data: the state stays', () => {
    for (const current of STATES) expect(decideAfterStart('-----', 2, current)).toBe(current);
    expect(decideAfterStart('X----', 1, 'OK')).toBe('OK');
  });
  test('but what is missing since then is', () => {
    expect(decideAfterStart('-----', 3, 'OK')).toBe('ALARM');
    expect(decideAfterStart('X----', 2, 'OK')).toBe('ALARM');
  });
  test('and a datapoint within the threshold counts at once', () =>
    expect(decideAfterStart('----0', 0, 'ALARM')).toBe('OK'));
});

const anEvaluation = fc.integer({ min: 1, max: 6 }).chain((evaluationPeriods) =>
  fc.record({
    evaluationPeriods: fc.constant(evaluationPeriods),
    datapointsToAlarm: fc.integer({ min: 1, max: evaluationPeriods }),
    points: fc.array(fc.constantFrom(true, false, undefined), {
      minLength: evaluationPeriods + 2,
      maxLength: evaluationPeriods + 2,
    }),
    missingData: fc.constantFrom(...POLICIES),
    current: fc.constantFrom(...STATES),
  }),
);

describe('in every case', () => {
  test('enough real datapoints decide alone', () =>
    fc.assert(
      fc.property(anEvaluation, (evaluation) => {
        const real = evaluation.points.filter((p) => p !== undefined).slice(-evaluation.evaluationPeriods);
        fc.pre(real.length === evaluation.evaluationPeriods);
        const breaching = real.filter(Boolean).length;
        expect(decideState(evaluation)).toBe(breaching >= evaluation.datapointsToAlarm ? 'ALARM' : 'OK');
      }),
    ));

  test('breaching data never calms, and data within the threshold never alarms', () =>
    fc.assert(
      fc.property(anEvaluation, fc.nat(), (evaluation, at) => {
        const i = at % evaluation.points.length;
        const withPoint = (point: boolean) =>
          decideState({ ...evaluation, points: evaluation.points.map((p, j) => (i === j ? point : p)) });
        if (withPoint(false) === 'ALARM') expect(withPoint(true)).toBe('ALARM');
        if (withPoint(true) === 'OK') expect(withPoint(false)).toBe('OK');
      }),
    ));

  test('`breaching` and `notBreaching` are as filling in such datapoints, as few as needed', () =>
    fc.assert(
      fc.property(anEvaluation, fc.boolean(), (evaluation, breaching) => {
        const real = evaluation.points.filter((p) => p !== undefined);
        const filled = [...real, ...Array<boolean>(evaluation.evaluationPeriods).fill(breaching)].slice(
          0,
          Math.max(real.length, evaluation.evaluationPeriods),
        );
        const missingData = breaching ? 'breaching' : 'notBreaching';
        expect(decideState({ ...evaluation, missingData })).toBe(decideState({ ...evaluation, points: filled }));
      }),
    ));

  test('`ignore` keeps the state, or says what real datapoints say', () =>
    fc.assert(
      fc.property(anEvaluation, (evaluation) => {
        const ignoring = decideState({ ...evaluation, missingData: 'ignore' });
        if (evaluation.points.every((p) => p === undefined)) expect(ignoring).toBe(evaluation.current);
        if (ignoring !== evaluation.current)
          expect(ignoring).toBe(decideState({ ...evaluation, missingData: 'notBreaching' }));
      }),
    ));
});
