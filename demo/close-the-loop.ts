import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { checkout } from '../infra/local/cloud-state.ts';
import type { DriftMonitor, Retraining } from '../shared/domain/drift/finding.ts';
import { endpointName } from '../shared/domain/names.ts';
import type { Champion, Hold, Release, Run } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { type DemoContext, modelloop, paste, upload } from './context.ts';
import { type FlightRow, flightRows, inKilometres, writeFlights } from './flights.ts';
import { commandIn, pageArrives } from './inbox.ts';
import { answersNow, fact, factOr, goesLive, runEnds, tellVerdict } from './progress.ts';
import { type Chapter, expectThat, StoryError } from './story.ts';
import { waitFor } from './wait-for.ts';

/** Better replaces good, anything can be taken back, drift pages somebody. */

const MONTHS = [
  { month: 2, name: 'February' },
  { month: 3, name: 'March' },
  { month: 4, name: 'April' },
];

const monthsArrive: Chapter<DemoContext> = {
  title: 'February, March and April arrive',
  expected: 'a run each, and a verdict on challenger and champion over the same test rows',
  async play(context, say) {
    const runs: Run[] = [];
    for (const { month, name } of MONTHS) {
      say(`${name}:`);
      const file = await writeFlights(context, `2013-0${month}.csv`, '--month', String(month));
      const { outcome } = await upload(context, file);
      expectThat(outcome.status === 'accepted', `${name} is accepted`, outcome);
      runs.push(await judged(context, month, say));
    }
    const live = await fact<Champion>(context, registryKeys.champion(context.model));
    const promoted = runs.filter((r) => r.verdict?.decision === 'promote').length;
    return {
      summary: `${promoted} of ${runs.length} challengers were better; release ${live.release} is live`,
      facts: { runs, champion: live },
    };
  },
};

const newCode: Chapter<DemoContext> = {
  title: 'New training code is pushed',
  expected: 'a new code version, a run on the newest data, a verdict',
  async play(context, say) {
    const folder = join(context.files, context.model);
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(checkout, 'models', context.model), folder, { recursive: true });
    const file = join(folder, 'model.yaml');
    const definition = parseDocument(readFileSync(file, 'utf8'));
    definition.addIn(['candidates'], { name: 'patient', hyperparameters: { max_depth: 6, eta: 0.03, subsample: 0.7 } });
    writeFileSync(file, definition.toString());
    say(`modelloop push ${context.model} --folder …   (a third candidate: slower, on fewer rows a tree)`);
    const pushed = JSON.parse(await modelloop(context, 'push', context.model, '--folder', folder, '--wait', '--json'));
    expectThat(pushed.codeVersion === 2, 'the folder is code version 2', pushed);
    const run = await judged(context, MONTHS.length + 2, say);
    expectThat(run.codeVersion === 2, 'the run takes code version 2', run);
    return { summary: `code version 2: ${run.verdict?.outcome}`, facts: { pushed, run } };
  },
};

const JULY_CALLS = 20;

const julyAsItIs: Chapter<DemoContext> = {
  title: 'July’s flights are asked about',
  expected: 'a scheduled check looks at what was asked, and pages nobody',
  async play(context, say) {
    const rows = await flightRows(context, 7, 14);
    await ask(context, rows, say);
    const monitor = await driftCheck(context, 0, say);
    expectThat(monitor.lastVerdict === 'ok', 'the verdict is ok', monitor);
    return { summary: `check ${monitor.lastCheck}: ${monitor.reason}`, facts: { monitor } };
  },
};

const kilometres: Chapter<DemoContext> = {
  title: 'Upstream, somebody changes miles to kilometres (we planted this mistake)',
  expected: 'the next check finds it and names the feature; an alarm fires; a page arrives; retraining is asked for',
  async play(context, say) {
    const since = new Date();
    const before = (await factOr<DriftMonitor>(context, registryKeys.driftMonitor(context.model)))?.lastCheck ?? 0;
    await ask(context, (await flightRows(context, 7, 14)).map(inKilometres), say);
    const monitor = await driftCheck(context, before, say);
    expectThat(monitor.lastVerdict === 'drift', 'the verdict is drift', monitor);
    const [top] = monitor.topFeatures ?? [];
    expectThat(top?.column === 'distance', 'distance is named first', monitor.topFeatures);
    say(`drift: ${top.words}`);
    const page = await pageArrives(context, 'drift', since);
    for (const line of [page.subject, ...page.text.split('\n')]) say(`│ ${line}`);
    expectThat(page.text.includes('distance'), 'the page names the cause', page);
    context.lastPage = page;
    const retraining = await fact<Retraining>(context, registryKeys.retraining(context.model));
    say(`retraining: ${retraining.status}: ${retraining.reason}`);
    return { summary: `a page: ${top.words}`, facts: { monitor, page, retraining } };
  },
};

const asThePageSays: Chapter<DemoContext> = {
  title: 'On-call pastes the two commands of the page',
  expected: 'the first shows what is wrong and what is live; the second brings the last good release back',
  async play(context, say) {
    const { model, lastPage } = context;
    if (!lastPage) throw new StoryError('a page arrived in the chapter before', 'none');
    const live = await fact<Champion>(context, registryKeys.champion(model));
    const [look, goBack] = (['look', 'go back'] as const).map((label) => commandIn(lastPage, label));
    expectThat(look !== undefined && goBack !== undefined, 'the page tells how to look and how to go back', lastPage);
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
  title: 'Taken back further: release 1 answers again',
  expected:
    'a new release with the content of release 1, whose answers are the recorded ones byte for byte; a hold until resume',
  async play(context, say) {
    const { model } = context;
    const live = await fact<Champion>(context, registryKeys.champion(model));
    const recorded = context.answers.get(1);
    say(`modelloop rollback ${model} --to 1 --wait`);
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
    say(`modelloop resume ${model}`);
    for (const line of (await modelloop(context, 'resume', model)).trimEnd().split('\n')) say(line);
    expectThat((await factOr(context, registryKeys.hold(model))) === undefined, 'resume lifts the hold', 'it is there');
    return {
      summary: `release ${champion.release} has the content of release 1 and answers the same, byte for byte`,
      facts: { release, answers: JSON.parse(now), hold },
    };
  },
};

export const closeTheLoop: readonly Chapter<DemoContext>[] = [
  monthsArrive,
  newCode,
  julyAsItIs,
  kilometres,
  asThePageSays,
  rollback,
];

/** Waits for a run's verdict, tells it, and if it promotes, for its release. */
async function judged(context: DemoContext, number: number, say: (line: string) => void): Promise<Run> {
  const run = await runEnds(context, number, say);
  expectThat(run.verdict !== undefined, `run ${number} ends with a verdict`, run.failure);
  tellVerdict(run, say);
  if (run.verdict.decision === 'promote') say(`release ${(await goesLive(context, run)).release} is live`);
  return run;
}

/** Sends rows through the endpoint, as an application would: some in each call. */
async function ask(context: DemoContext, rows: readonly FlightRow[], say: (line: string) => void): Promise<void> {
  const endpoint = endpointName(context.place, context.model);
  const size = Math.ceil(rows.length / JULY_CALLS);
  for (let i = 0; i < rows.length; i += size) await context.ports.endpoints.invoke(endpoint, rows.slice(i, i + size));
  say(`${rows.length} flights asked about in ${Math.ceil(rows.length / size)} calls`);
}

/** Waits for the next decided check of drift. */
async function driftCheck(context: DemoContext, after: number, say: (line: string) => void): Promise<DriftMonitor> {
  say('waiting for the scheduled check');
  let seen = 'no check yet';
  return waitFor(
    `a drift check after check ${after} is decided`,
    async () => {
      const monitor = await factOr<DriftMonitor>(context, registryKeys.driftMonitor(context.model));
      if (monitor) seen = `${monitor.verdict} at ${monitor.checkedAt}: ${monitor.reason}`;
      return monitor && (monitor.lastCheck ?? 0) > after ? monitor : undefined;
    },
    { seconds: 240, signal: context.signal },
    () => seen,
  );
}
