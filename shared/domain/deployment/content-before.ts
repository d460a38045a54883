import type { Release } from '../records.ts';

/**
 * What served before what is live, with another model version. Going back twice goes back two steps, and never to what was rolled away.
 * @param releases all of a model, in order; the last one is live
 */
export const contentBefore = (releases: readonly Release[]): Release | undefined => {
  const live = releases.at(-1);
  return undoStack(releases).findLast((r) => r.modelVersion !== live?.modelVersion);
};

/**
 * As in an editor's undo: a release is put on top, and going back takes away all that lies above what is gone back to. What has been taken
 * away before, and is asked for by number, is put on top like a new one.
 */
const undoStack = (releases: readonly Release[]): readonly Release[] => {
  const stack: Release[] = [];
  for (const release of releases) {
    const { contentOf = release.release } = release;
    const at = stack.findIndex((r) => r.release === contentOf);
    if (at >= 0) stack.length = at + 1;
    else stack.push(releases.find((r) => r.release === contentOf) ?? release);
  }
  return stack;
};
