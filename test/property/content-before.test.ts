import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentBefore } from '../../shared/domain/deployment/content-before.ts';
import type { Release } from '../../shared/domain/records.ts';

/** A new model version goes live, or somebody goes back: to what served before, or to a release by its number. */
type Step = 'new' | 'back' | { readonly to: number };

const add = (releases: readonly Release[], content?: Release): Release[] => {
  const release = releases.length + 1;
  const contentOf = content && { contentOf: content.contentOf ?? content.release };
  return [...releases, { release, modelVersion: content?.modelVersion ?? release, ...contentOf } as Release];
};

const after = (releases: readonly Release[], step: Step): readonly Release[] => {
  if (step === 'new') return add(releases);
  const content = step === 'back' ? contentBefore(releases) : releases[step.to % releases.length];
  return content ? add(releases, content) : releases;
};

const history = fc
  .array(fc.oneof(fc.constantFrom<Step>('new', 'back'), fc.record({ to: fc.nat() })), { maxLength: 20 })
  .map((steps) => steps.reduce(after, add([])));

it('takes a bad release away: what served until then serves again', () => {
  fc.assert(
    fc.property(history, (releases) => {
      expect(contentBefore(add(releases))?.modelVersion).toBe(releases.at(-1)?.modelVersion);
    }),
  );
});

it('never comes back to the same when asked again and again', () => {
  fc.assert(
    fc.property(history, (start) => {
      const seen = new Set([start.at(-1)?.modelVersion]);
      let releases: readonly Release[] = start;
      for (let before = contentBefore(releases); before; before = contentBefore(releases)) {
        expect(seen).not.toContain(before.modelVersion);
        seen.add(before.modelVersion);
        releases = add(releases, before);
      }
    }),
  );
});
