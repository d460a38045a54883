import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { endpointName } from '../shared/domain/names.ts';
import type { Champion, DataVersion, ModelVersion, Run } from '../shared/domain/records.ts';
import { registryKeys } from '../shared/domain/registry-keys.ts';
import { type DemoContext, modelloop, upload } from './context.ts';
import { writeFlights } from './flights.ts';
import { fact, goesLive, runEnds, tellVerdict } from './progress.ts';
import { type Chapter, expectThat } from './story.ts';

/** From the first upload to a model that answers, and what keeps it honest. */

const FLIGHT = {
  month: 2,
  day: 1,
  sched_dep_time: 1745,
  sched_arr_time: 2015,
  carrier: 'B6',
  flight: 1103,
  origin: 'JFK',
  dest: 'FLL',
  distance: 1069,
};

const january: Chapter<DemoContext> = {
  title: 'January’s flights are uploaded',
  expected: 'data version 1, a trained and evaluated model, release 1, an answer',
  async play(context, say) {
    const { model, ports } = context;
    const file = await writeFlights(context, '2013-01.csv', '--month', '1');
    say(`$ aws s3 cp ${basename(file)} s3://…/in/${model}/`);
    const { outcome } = await upload(context, file);
    expectThat(outcome.status === 'accepted' && outcome.dataVersion === 1, 'the upload is data version 1', outcome);
    const data = await fact<DataVersion>(context, registryKeys.dataVersion(model, 1));
    say(`data version 1: ${data.rows} rows, sha256 ${short(data.sha256)}`);

    const run = await runEnds(context, 1, say);
    const verdict = run.verdict;
    expectThat(verdict?.decision === 'promote', 'run 1 ends with the verdict to promote', run.failure ?? verdict);
    tellVerdict(run, say);

    const release = await goesLive(context, run);
    say(`release ${release.release} is live on ${release.endpoint}`);

    const { answer } = await ports.endpoints.invoke(endpointName(context.place, model), FLIGHT);
    const prediction = (answer as { prediction?: unknown }).prediction;
    expectThat(
      typeof prediction === 'number' && prediction >= 0 && prediction <= 1,
      'the endpoint answers {"prediction": a probability}',
      answer,
    );
    const asked = `${FLIGHT.carrier} ${FLIGHT.flight} ${FLIGHT.origin}–${FLIGHT.dest}`;
    say(`${asked}, 1 February, 17:45: late with probability ${prediction.toFixed(3)}`);
    return {
      summary: `release 1 is live: ${verdict.metric} ${verdict.challenger[verdict.metric]?.toFixed(4)} on ${verdict.testRows} test rows`,
      facts: { dataVersion: data, run, release, prediction: { input: FLIGHT, answer } },
    };
  },
};

const sameBytes: Chapter<DemoContext> = {
  title: 'The same bytes are uploaded again, under another name',
  expected: 'a duplicate of version 1; no second training',
  async play(context) {
    const file = await writeFlights(context, 'january-again.csv', '--month', '1');
    const { outcome } = await upload(context, file);
    expectThat(outcome.status === 'duplicate' && outcome.of === 1, 'a duplicate of data version 1', outcome);
    const second = await context.ports.store.get<Run>(registryKeys.run(context.model, 2));
    expectThat(second === undefined, 'no second run', second?.value);
    return { summary: 'recorded as a duplicate of version 1; nothing was trained', facts: { outcome } };
  },
};

const brokenFile: Chapter<DemoContext> = {
  title: 'A broken file is uploaded',
  expected: 'a rejection that names file, line, column and reason; what is live stays live',
  async play(context, say) {
    const file = await writeFlights(context, 'broken.csv', '--month', '2', '--broken');
    const { outcome } = await upload(context, file);
    expectThat(outcome.status === 'rejected', 'the upload is rejected', outcome);
    for (const p of outcome.problems)
      say(`${basename(file)}:${p.line ?? '?'}${p.column ? ` ${p.column}` : ''}: ${p.message}`);
    const codes = outcome.problems.map((p) => p.code);
    expectThat(codes.includes('ragged-row') && codes.includes('wrong-type'), 'a ragged row and a wrong type', codes);
    expectThat(
      outcome.problems.every((p) => p.line !== undefined) && outcome.problems.some((p) => p.column !== undefined),
      'each problem has its line, and a wrong value its column too',
      outcome.problems,
    );
    const champion = await fact<Champion>(context, registryKeys.champion(context.model));
    expectThat(champion.release === 1, 'release 1 is still live', champion);
    return {
      summary: `rejected with ${outcome.problems.length} problems; release 1 is still live`,
      facts: { outcome, champion },
    };
  },
};

const lineage: Chapter<DemoContext> = {
  title: 'Where does that answer come from?',
  expected: 'from the endpoint to model, code, data version and the uploaded object, with hashes',
  async play(context, say) {
    for (const line of (await modelloop(context, 'lineage', context.model)).trimEnd().split('\n')) say(line);
    const text = await modelloop(context, 'lineage', context.model, '--json');
    const uploaded = createHash('sha256')
      .update(await readFile(`${context.files}/2013-01.csv`))
      .digest('hex');
    const { value: version } = (await context.ports.store.get<ModelVersion>(
      registryKeys.modelVersion(context.model, 1),
    )) ?? { value: undefined };
    for (const [what, hash] of [
      ['the file that was uploaded', uploaded],
      ['the model artefact', version?.artifact.sha256],
    ] as const)
      expectThat(hash !== undefined && text.includes(hash), `the lineage holds the sha256 of ${what}, ${hash}`, text);
    return { summary: 'every step has its hash, down to the uploaded object', facts: { lineage: JSON.parse(text) } };
  },
};

export const firstLight: readonly Chapter<DemoContext>[] = [january, sameBytes, brokenFile, lineage];

const short = (hash: string) => hash.slice(0, 12);
