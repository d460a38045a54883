/**
 * The registry's facts. Numbers count 1, 2, 3 … per model without a gap. Times are ISO 8601 in UTC.
 * A fact that has happened is never rewritten: a later one is added, or a status moves forward.
 */
export type * from './records/build.ts';
export type * from './records/data.ts';
export type * from './records/deployment.ts';
export type * from './records/heads.ts';
export type * from './records/monitoring.ts';
