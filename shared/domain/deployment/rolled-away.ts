import type { CodeHead } from '../records.ts';

/**
 * Did a rollback take this code version away, so that its tree may become a new version?
 * @param published when the bundle was put into the code repository: one from before the rollback is old news. S3 tells whole seconds.
 */
export const rolledAway = (head: CodeHead | undefined, version: number, published?: string): boolean =>
  (head?.rolledAway ?? []).some(
    ({ after, upTo, at }) =>
      after < version && version <= upTo && (published === undefined || Date.parse(published) >= second(at)),
  );

const second = (at: string) => Math.floor(Date.parse(at) / 1000) * 1000;
