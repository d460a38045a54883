const UNITS = { minute: 60, hour: 3600, day: 86_400 } as const;

/**
 * How long lies between two checks of a `rate(…)` schedule, in seconds. A cron expression may have any rhythm: it counts as a day.
 * @param expression as EventBridge Scheduler takes it, such as `rate(5 minutes)`
 */
export function secondsBetween(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count && unit ? Number(count) * UNITS[unit as keyof typeof UNITS] : UNITS.day;
}
