import type { FreshnessMonitor } from '../records.ts';

export interface FreshnessLimits {
  readonly maxChampionAgeDays?: number | undefined;
  readonly maxDataAgeDays?: number | undefined;
}

/** ISO 8601 times; `champion` is absent when nothing is live. */
export interface Ages {
  readonly champion?: string;
  readonly data?: string;
  readonly limits?: FreshnessLimits;
}

const DAY = 86_400_000;
const shown = (days: number) => `${days < 10 ? days.toFixed(1) : Math.round(days)} days`;

/** How old what is live and its newest data are, against the definition's limits. Without limits nothing is stale. */
export const freshnessOf = (
  { champion, data, limits = {} }: Ages,
  now: string,
): Omit<FreshnessMonitor, 'checkedAt' | 'since'> => {
  if (champion === undefined) return { verdict: 'unknown', reason: 'nothing is live yet' };
  const age = (since: string) => (Date.parse(now) - Date.parse(since)) / DAY;
  const [championAgeDays, dataAgeDays] = [age(champion), data === undefined ? undefined : age(data)];
  const over = (what: string, days: number | undefined, most: number | undefined) =>
    days !== undefined && most !== undefined && days > most ? [`${what} ${shown(days)} old, more than ${most}`] : [];
  const stale = [
    ...over('the champion is', championAgeDays, limits.maxChampionAgeDays),
    ...over('the newest data is', dataAgeDays, limits.maxDataAgeDays),
  ];
  const unlimited = limits.maxChampionAgeDays === undefined && limits.maxDataAgeDays === undefined;
  return {
    verdict: stale.length > 0 ? 'stale' : 'ok',
    reason: stale.join('; ') || (unlimited ? 'the definition sets no limits' : 'within the limits of the definition'),
    championAgeDays,
    ...(dataAgeDays !== undefined && { dataAgeDays }),
  };
};
