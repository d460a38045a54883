import * as z from 'zod';

const rateSource = String.raw`rate\([1-9]\d* (minute|hour|day)s?\)`;
export const RATE = new RegExp(`^${rateSource}$`);

type Field = readonly [name: string, value: string, special?: string];

const DAY = String.raw`0?[1-9]|[12]\d|3[01]`;
const WEEKDAY = '[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT';

/** The fields of a cron expression, as EventBridge Scheduler takes them. */
const FIELDS: readonly Field[] = [
  ['minutes', String.raw`[0-5]?\d`],
  ['hours', String.raw`[01]?\d|2[0-3]`],
  ['day of the month', DAY, String.raw`\?|L|LW|L-\d+|(${DAY})W`],
  ['month', '0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC'],
  ['day of the week', WEEKDAY, String.raw`\?|L|(${WEEKDAY})(L|#[1-5])`],
  ['year', String.raw`19[7-9]\d|2[01]\d\d`],
];

const takes = ([, value, special]: Field, text: string): boolean => {
  const part = String.raw`(\*|(${value})(-(${value}))?)(/\d+)?${special ? `|${special}` : ''}`;
  return new RegExp(`^(${part})(,(${part}))*$`, 'i').test(text);
};

/** @returns what EventBridge Scheduler would refuse of a cron expression */
function cronProblems(expression: string): string[] {
  const given = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ');
  if (given?.length !== FIELDS.length) return [];
  const wrong = FIELDS.flatMap((field, i) => {
    const text = given[i] ?? '';
    return takes(field, text) ? [] : [`"${text}" is no ${field[0]} of a cron expression`];
  });
  const open = [given[2], given[4]].filter((day) => day === '?').length;
  return open === 1
    ? wrong
    : [...wrong, 'of the two days of a cron expression, of the month and of the week, one is given and the other is ?'];
}

export const schedule = z
  .string()
  .regex(
    new RegExp(String.raw`^(${rateSource}|cron\(\S+( \S+){5}\))$`),
    'a schedule looks like rate(1 hour), or cron(0 6 * * ? *): minutes, hours, day of the month, month, day of the week, year',
  )
  .superRefine((expression, ctx) => {
    for (const message of cronProblems(expression)) ctx.addIssue({ code: 'custom', message });
  });
