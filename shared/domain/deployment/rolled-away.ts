import type { CodeHead } from '../records.ts';

/**
 * Did a rollback take this code version away, so that its tree may become a new version?
 * @param published when the bundle was put into the code repository: one from before the rollback is old news
 */
export const rolledAway = (head: CodeHead | undefined, version: number, published?: string): boolean =>
  (head?.rolledAway ?? []).some(
    ({ after, upTo, at }) =>
      after < version &&
      version <= upTo &&
      (published === undefined || Date.parse(published) >= Date.parse(wholeSecond(at))),
  );

/** S3 tells whole seconds: what is put later in the second of a rollback must not look as if it had been put before. */
export const wholeSecond = (at: string): string => new Date(Math.floor(Date.parse(at) / 1000) * 1000).toISOString();
