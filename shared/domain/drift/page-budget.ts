const HOURS_PER_YEAR = 365.25 * 24;
/** However long nobody looked, a window is held to this. */
const MOST = 0.01;

/**
 * The corrected significance that a window needs to page: the share of the year's budget of false pages that belongs to the time since
 * the last verdict. Spent so, the expected number of false pages a year is at most the budget, whatever the schedule is and however
 * often there are too few rows.
 */
export const alphaOf = (falsePagesPerYear: number, since: string, now: string): number => {
  const hours = Math.max(0, Date.parse(now) - Date.parse(since)) / 3_600_000;
  return Math.min(MOST, (falsePagesPerYear * hours) / HOURS_PER_YEAR);
};
