import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateOf, stepOf, windowsOf } from '../../../../infra/local/monitoring/windows.ts';

const at = (clock: string) => Date.parse(`2026-11-23T${clock}Z`);
const clocks = (windows: { start: number; end: number }[]) =>
  windows.map(({ start, end }) => [start, end].map((time) => new Date(time).toISOString().slice(11, 19)).join('-'));

test('windows slide by the minute, whatever the period: minutes 1 to 5, then 2 to 6', () => {
  const alarm = { period: 300, evaluationPeriods: 1 };
  expect(clocks(windowsOf(alarm, at('10:04:30')))).toEqual([
    '09:50:00-09:55:00',
    '09:55:00-10:00:00',
    '10:00:00-10:05:00',
  ]);
  expect(clocks(windowsOf(alarm, at('10:05:00'))).at(-1)).toBe('10:01:00-10:06:00');
});

test('and by ten seconds when the period is shorter than a minute', () => {
  expect(clocks(windowsOf({ period: 30, evaluationPeriods: 1 }, at('10:00:11'))).at(-1)).toBe('09:59:50-10:00:20');
});

test('windows adjoin, the newest holds now, and there are two more than are evaluated', () => {
  const alarms = fc.record({ period: fc.constantFrom(10, 20, 30, 60, 300, 3600), evaluationPeriods: fc.nat(9) });
  fc.assert(
    fc.property(alarms, fc.integer({ min: at('00:00:00'), max: at('23:59:59') }), (alarm, now) => {
      const windows = windowsOf(alarm, now);
      expect(windows).toHaveLength(alarm.evaluationPeriods + 2);
      for (const [i, { start, end }] of windows.entries()) {
        expect(end - start).toBe(alarm.period * 1000);
        expect(start % stepOf(alarm.period)).toBe(0);
        if (i > 0) expect(start).toBe(windows[i - 1]?.end);
      }
      const newest = windows.at(-1);
      expect(newest && newest.start <= now && now < newest.end).toBe(true);
    }),
  );
});

test('a window is what its slices are together', () => {
  const slice = (value: number, sampleCount = 1) => ({
    sampleCount,
    sum: value * sampleCount,
    minimum: value,
    maximum: value,
  });
  const slices = new Map([
    [0, slice(9)],
    [60_000, slice(4, 2)],
    [180_000, slice(1)],
    [240_000, slice(7)],
  ]);
  expect(aggregateOf({ start: 60_000, end: 240_000 }, slices, 60_000)).toEqual({
    sampleCount: 3,
    sum: 9,
    minimum: 1,
    maximum: 4,
  });
  expect(aggregateOf({ start: 300_000, end: 600_000 }, slices, 60_000)).toBeUndefined();
});
