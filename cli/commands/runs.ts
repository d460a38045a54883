import type { Command } from 'commander';
import { modelKeys } from '../../shared/domain/keys.ts';
import { bucketName } from '../../shared/domain/names.ts';
import type { Run } from '../../shared/domain/records.ts';
import { readRun } from '../../shared/use-cases/build/read-run.ts';
import { readRuns } from '../../shared/use-cases/build/read-runs.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { missingRun, requireModel } from '../known-model.ts';
import { runStatus, runText } from '../output/run-text.ts';
import { type Look, table } from '../output/text.ts';
import { absolute, durationText, relative } from '../output/time.ts';
import { scoresInShort } from '../output/verdict-text.ts';
import { expectReport, fetchReport, type ReportOptions, withReport } from '../report-file.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop runs`: each data version × code version that was trained, and what came of it. */
export const runsCommand = (cli: Cli): Command =>
  withReport(
    stageCommand('runs', 'lists the runs of a model, newest first, or shows one in full', [
      'npx modelloop runs flight-delay',
      'npx modelloop runs flight-delay --run 3',
      'npx modelloop runs flight-delay --run 3 --report',
      "npx modelloop runs flight-delay --json | jq '.runs[0].verdict'",
    ]),
    '<model>-run-<number>.html; --report needs --run',
  )
    .argument('<model>', 'name of the model')
    .option('--run <number>', 'show only this run, with its candidates, its verdict and any failure', positiveInteger)
    .option('--limit <number>', 'show at most this many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string, { run, limit, ...options }: Options) => {
        expectReport(options);
        if (options.report && run === undefined)
          throw new CommandError(EXIT.usage, 'a report is on one run: say which, with --run NUMBER');
        await requireModel(session, model);
        if (options.report && run !== undefined) return modelCard(session, await oneRun(session, model, run), options);
        const runs =
          run === undefined ? await readRuns(session.ports, { model, limit }) : [await oneRun(session, model, run)];
        const human = (d: { runs: readonly Run[] }, look: Look) =>
          run === undefined ? runsText(model, d.runs, look) : d.runs.map((r) => runText(r, look)).join('\n');
        return answer({ model, runs }, human);
      }),
    );

interface Options extends ReportOptions {
  readonly run?: number;
  readonly limit: number;
}

function modelCard(
  session: Session,
  { model, run, verdict }: Run,
  { out = `${model}-run-${run}.html` }: ReportOptions,
) {
  if (!verdict) throw new CommandError(EXIT.notFound, `run ${run} of ${model} has no report: it has no verdict`);
  const address = {
    bucket: bucketName(session.place, 'model'),
    key: `${modelKeys.evaluationReport(model, run)}.html`,
  };
  return fetchReport(session, { model, what: `run ${run}`, address, out });
}

async function oneRun(session: Session, model: string, run: number): Promise<Run> {
  const found = await readRun(session.ports, { model, run });
  if (found) return found;
  throw await missingRun(session, model, run);
}

const runsText = (model: string, runs: readonly Run[], look: Look): string =>
  runs.length === 0
    ? `${model} has no run yet: the first starts by itself once there are a data version and a code version`
    : table(
        look,
        ['run', 'data', 'code', 'model', 'result', 'on test rows', 'started'],
        runs.map((r) => [
          String(r.run),
          String(r.dataVersion),
          String(r.codeVersion),
          r.modelVersion === undefined ? '' : String(r.modelVersion),
          `${runStatus(r, look)}${r.endedAt ? `\nafter ${durationText(r.startedAt, r.endedAt)}` : ''}`,
          r.verdict ? scoresInShort(r.verdict) : '',
          `${absolute(r.startedAt)}\n${relative(r.startedAt, look.now)}`,
        ]),
      );
