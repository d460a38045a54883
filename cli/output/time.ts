const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `3 minutes ago`, `in 2 hours`, `just now` */
export function relative(iso: string, now: Date): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Math.abs(seconds) < 1) return 'just now';
  const [unit, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) ?? UNITS[3];
  return new Intl.RelativeTimeFormat('en').format(Math.trunc(seconds / size), unit);
}

/** `2026-01-31 08:00:05Z` */
export const absolute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

/** `2026-01-31 08:00:05Z (3 minutes ago)` */
export const when = (iso: string, now: Date): string => `${absolute(iso)} (${relative(iso, now)})`;

/** How long something took: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from);
  const s = Math.round(ms / 1000);
  if (ms < 1000) return `${ms} ms`;
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
