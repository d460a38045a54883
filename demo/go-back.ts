import type { Champion, Hold, Release } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { type DemoContext, modelloop, paste } from './context.ts';
import { commandIn } from './inbox.ts';
import { answersNow, fact, factOr } from './progress.ts';
import { type Chapter, expectThat, StoryError } from './story.ts';
import { waitFor } from './wait-for.ts';

/** Anything can be taken back: by the page's own commands, and as far as one likes. */

const asThePageSays: Chapter<DemoContext> = {
  title: 'On-call pastes the two commands from the page',
  expected: 'the first shows what is wrong and what is live; the second brings the last good release back',
  async play(context, say) {
    const { model, lastPage } = context;
    if (!lastPage) throw new StoryError('a page arrived in the chapter before', 'none');
    const live = await fact<Champion>(context, registryKeys.champion(model));
    const [look, goBack] = (['look', 'go back'] as const).map((label) => commandIn(lastPage, label));
    expectThat(look !== undefined && goBack !== undefined, 'the page says how to look and how to go back', lastPage);
    say(`$ ${look}`);
    const seen = await paste(context, look);
    for (const line of seen.trimEnd().split('\n')) say(line);
    expectThat(/drift/.test(seen) && seen.includes(`release ${live.release}`), 'drift, and what is live', seen);
    say(`$ ${goBack}`);
    for (const line of (await paste(context, goBack)).trimEnd().split('\n')) say(line);
    const champion = await waitFor(
      `release ${live.release + 1} is live`,
      async () => {
        const now = await fact<Champion>(context, registryKeys.champion(model));
        return now.release > live.release ? now : undefined;
      },
      { seconds: 120, signal: context.signal },
    );
    const release = await fact<Release>(context, registryKeys.release(model, champion.release));
    const good = await fact<Release>(context, registryKeys.release(model, release.contentOf ?? 0));
    expectThat(release.kind === 'rollback' && good.release < live.release, 'an earlier release is back', release);
    const now = await answersNow(context);
    expectThat(now === context.answers.get(good.release), `the answers of release ${good.release}`, now);
    return {
      summary: `release ${release.release} is live, with the content of release ${good.release}`,
      facts: { look, seen, goBack, release },
    };
  },
};

const rollback: Chapter<DemoContext> = {
  title: 'Further back: release 1 answers again',
  expected:
    'a new release with the content of release 1, whose answers are the recorded ones byte for byte; a hold until resume',
  async play(context, say) {
    const { model } = context;
    const live = await fact<Champion>(context, registryKeys.champion(model));
    const recorded = context.answers.get(1);
    say(`$ npx modelloop rollback ${model} --to 1 --wait`);
    await modelloop(context, 'rollback', model, '--to', '1', '--wait', '--json');
    const champion = await fact<Champion>(context, registryKeys.champion(model));
    expectThat(champion.release === live.release + 1, `release ${live.release + 1} is live`, champion);
    const release = await fact<Release>(context, registryKeys.release(model, champion.release));
    expectThat(release.contentOf === 1 && release.kind === 'rollback', 'it has the content of release 1', release);
    const now = await answersNow(context);
    expectThat(now === recorded, `the answers of release 1: ${recorded}`, now);
    const hold = await fact<Hold>(context, registryKeys.hold(model));
    say(`on hold: ${hold.reason}`);
    for (const line of (await modelloop(context, 'releases', model)).trimEnd().split('\n')) say(line);
    say(`$ npx modelloop resume ${model}`);
    for (const line of (await modelloop(context, 'resume', model)).trimEnd().split('\n')) say(line);
    expectThat((await factOr(context, registryKeys.hold(model))) === undefined, 'resume lifts the hold', 'it is there');
    return {
      summary: `release ${champion.release} has the content of release 1 and answers the same, byte for byte`,
      facts: { release, answers: JSON.parse(now), hold },
    };
  },
};

export const goBack: readonly Chapter<DemoContext>[] = [asThePageSays, rollback];
