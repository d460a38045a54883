/** The time, as ISO 8601 in UTC with milliseconds: `2026-01-31T08:00:00.000Z`. */
export type Clock = () => string;
