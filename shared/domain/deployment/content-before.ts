import type { Release } from '../records.ts';

/**
 * The newest release before the content that is live, with another model version. Going back twice goes back two steps: a release that
 * brought something back stands for what it brought.
 * @param releases all of a model, in order; the last one is live
 */
export const contentBefore = (releases: readonly Release[]): Release | undefined => {
  const live = releases.at(-1);
  const content = live?.contentOf ?? live?.release ?? 0;
  return releases.findLast(
    (r) => r.release < content && r.contentOf === undefined && r.modelVersion !== live?.modelVersion,
  );
};
