import { expect, test } from 'vitest';
import { schedule } from '../../../shared/domain/definition/schedule.ts';

const problems = (expression: string) =>
  schedule.safeParse(expression).error?.issues.map(({ message }) => message) ?? [];

test.each([
  'rate(1 minute)',
  'rate(90 days)',
  'cron(0 6 * * ? *)',
  'cron(0/15 8-18 ? * MON-FRI *)',
  'cron(59 23 ? JAN,jul 6L 2026-2030)',
  'cron(5 0 L * ? *)',
  'cron(5 0 15W */2 ? *)',
  'cron(0 9 ? * TUE#3 2199)',
])('%s is taken', (expression) => {
  expect(problems(expression)).toEqual([]);
});

test.each([
  ['rate(0 minutes)', /a schedule looks like/],
  ['rate(1.5 hours)', /a schedule looks like/],
  ['rate(2 weeks)', /a schedule looks like/],
  ['at(2026-01-01T00:00:00)', /a schedule looks like/],
  ['cron(0 6 * * *)', /a schedule looks like.*minutes, hours, day of the month/],
  ['cron(0 6 * * * *)', /one is given and the other is \?/],
  ['cron(0 6 ? * ? *)', /one is given and the other is \?/],
  ['cron(60 6 * * ? *)', /"60" is no minutes of/],
  ['cron(0 24 * * ? *)', /"24" is no hours of/],
  ['cron(0 6 32 * ? *)', /"32" is no day of the month of/],
  ['cron(0 6 1 13 ? *)', /"13" is no month of/],
  ['cron(0 6 ? * 0 *)', /"0" is no day of the week of/],
  ['cron(0 6 ? * MON#6 *)', /"MON#6" is no day of the week of/],
  ['cron(0 6 * * ? 26)', /"26" is no year of/],
])('%s is refused: EventBridge Scheduler would refuse it at deployment', (expression, says) => {
  expect(problems(expression).join('\n')).toMatch(says);
});
