/**
 * Which capture files have been counted. Files lie under `yyyy/mm/dd/hh/`, the hour of their calls, and may arrive in any order: a name
 * alone cannot tell what is new. So the names counted are kept, for a week back from the newest; before that, nothing is looked at.
 */
export interface Watermark {
  /** `yyyy/mm/dd/hh`: every file of an earlier hour has been dealt with. Empty at first. */
  readonly floor: string;
  /** Names counted in hours from the floor on, below the prefix of the release. */
  readonly counted: readonly string[];
}

export const FRESH: Watermark = { floor: '', counted: [] };

/** How much later than newer files a file may arrive. SageMaker writes within minutes; a laptop may sleep over a few days. */
const LATE_HOURS = 7 * 24;

const HOUR = /^(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\//;

/** The names in a listing that are to be counted now. */
export const uncounted = ({ floor, counted }: Watermark, names: readonly string[]): readonly string[] => {
  const known = new Set(counted);
  return names.filter((name) => hourOf(name) >= floor && !known.has(name));
};

/**
 * After these names have been counted too.
 * @param now ISO 8601: a name from the future moves nothing
 */
export const advanced = (watermark: Watermark, names: readonly string[], now: string): Watermark => {
  const all = [...watermark.counted, ...names].sort();
  const newest = [hourOf(all.at(-1) ?? ''), now.slice(0, 13).replace('T', '/').replaceAll('-', '/')].sort()[0] ?? '';
  const earliest = newest === '' ? '' : hoursBefore(newest, LATE_HOURS);
  const floor = earliest > watermark.floor ? earliest : watermark.floor;
  return { floor, counted: all.filter((name) => hourOf(name) >= floor) };
};

/** The end of the hour of the newest call that was counted, ISO 8601; undefined before the first. */
export const countedUntil = ({ counted }: Watermark): string | undefined => {
  const newest = counted.map(hourOf).sort().at(-1);
  return newest ? isoOf(hoursBefore(newest, -1)) : undefined;
};

const isoOf = (hour: string): string => `${hour.slice(0, 10).replaceAll('/', '-')}T${hour.slice(11)}:00:00.000Z`;

/** A name that has no hour is never counted: it is not of data capture. */
const hourOf = (name: string): string => (HOUR.test(name) ? name.slice(0, 13) : '');

export const isCaptureFile = (name: string): boolean => HOUR.test(name) && name.endsWith('.jsonl');

const hoursBefore = (hour: string, hours: number): string => {
  const [, year, month, day, at] = HOUR.exec(`${hour}/`) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(at) - hours);
  return new Date(time).toISOString().slice(0, 13).replace('T', '/').replaceAll('-', '/');
};
