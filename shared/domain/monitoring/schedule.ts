/** After so many turns without a beat, somebody is paged. */
export const SILENT_TURNS = 3;

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;
const WEEK = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const ANY = ['*', '?'];

/**
 * The longest time between two checks of a schedule, in seconds. A cron expression counts by its days, whatever its hours: at most
 * a week where it names weekdays, a month where it names days of the month, a year where it names months.
 * @param expression as EventBridge Scheduler takes it, such as `rate(5 minutes)` or `cron(0 6 ? * MON-FRI *)`
 */
export function secondsBetween(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count && unit) return Number(count) * SECONDS[unit as keyof typeof SECONDS];
  const [, fields = ''] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const [, , dayOfMonth = '*', month = '*', dayOfWeek = '*'] = fields.trim().split(/\s+/);
  return SECONDS.day * longestGapInDays(dayOfMonth, month, dayOfWeek);
}

const longestGapInDays = (dayOfMonth: string, month: string, dayOfWeek: string): number => {
  if (!ANY.includes(month)) return 366;
  if (!ANY.includes(dayOfMonth)) return 31;
  return ANY.includes(dayOfWeek) ? 1 : weeklyGap(dayOfWeek);
};

/** Of `MON`, `2,4`, `MON-FRI` or `6-2`; the third Tuesday (`TUE#3`) or the last (`3L`) comes once a month. */
const weeklyGap = (field: string): number => {
  if (/[#L]/.test(field)) return 35;
  const days = field.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(dayNumber);
    const length = (to - from + WEEK.length) % WEEK.length;
    return Array.from({ length: length + 1 }, (_, i) => (from + i) % WEEK.length);
  });
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const gaps = sorted.map((day, i) => (sorted[i + 1] ?? (sorted[0] ?? day) + WEEK.length) - day);
  // What is written otherwise is not understood here.
  return gaps.some(Number.isNaN) || gaps.length === 0 ? WEEK.length : Math.max(...gaps);
};

/** 0 for Sunday; EventBridge counts from 1. */
const dayNumber = (day: string): number => (/^[1-7]$/.test(day) ? Number(day) - 1 : WEEK.indexOf(day.toUpperCase()));
