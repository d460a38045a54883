import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { checkout } from '../infra/local/cloud-state.ts';
import type { Champion, Run } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { type DemoContext, modelloop, upload } from './context.ts';
import { writeFlights } from './flights.ts';
import { fact, goesLive, runEnds, tellVerdict } from './progress.ts';
import { type Chapter, expectThat } from './story.ts';

/** Better replaces good: new data and new code each get their verdict. */

const MONTHS = [
  { month: 2, name: 'February' },
  { month: 3, name: 'March' },
  { month: 4, name: 'April' },
];

const monthsArrive: Chapter<DemoContext> = {
  title: 'February, March and April arrive',
  expected: 'a run each, and a verdict on challenger and champion, scored on the same test rows',
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
    say(`$ npx modelloop push ${context.model} --folder …   (a third candidate: slower, on fewer rows per tree)`);
    const pushed = JSON.parse(await modelloop(context, 'push', context.model, '--folder', folder, '--wait', '--json'));
    expectThat(pushed.codeVersion === 2, 'the folder is code version 2', pushed);
    const run = await judged(context, MONTHS.length + 2, say);
    expectThat(run.codeVersion === 2, 'the run takes code version 2', run);
    return { summary: `code version 2: ${run.verdict?.outcome}`, facts: { pushed, run } };
  },
};

export const learnAgain: readonly Chapter<DemoContext>[] = [monthsArrive, newCode];

/** Waits for a run's verdict, tells it, and if it promotes, for its release. */
async function judged(context: DemoContext, number: number, say: (line: string) => void): Promise<Run> {
  const run = await runEnds(context, number, say);
  expectThat(run.verdict !== undefined, `run ${number} ends with a verdict`, run.failure);
  tellVerdict(run, say);
  if (run.verdict.decision === 'promote') say(`release ${(await goesLive(context, run)).release} is live`);
  return run;
}
