import type { Run } from '../../shared/domain/records.ts';
import type { ModelStatus } from '../../shared/use-cases/read-status.ts';
import { runStatus } from './run-text.ts';
import { atMost, MOST_TOLD, needText, releaseText, SCREEN } from './status-table.ts';
import { brief, type Look, paint, plural, scoresText, wrap } from './text.ts';
import { absolute, relative, when } from './time.ts';
import { watchLines } from './watch-text.ts';

/** What is going on with a model, in a phrase. */
function activity({ underWay: { run, deployment }, next }: ModelStatus, look: Look): string {
  const now = [
    ...(run
      ? [`run ${run.run} (data ${run.dataVersion} × code ${run.codeVersion}), ${relative(run.startedAt, look.now)}`]
      : []),
    ...(deployment
      ? [
          `${deployment.kind === 'restoration' ? 'restoring' : 'deploying'} model version ${deployment.modelVersion}, ${relative(deployment.since, look.now)}`,
        ]
      : []),
  ];
  return now.length > 0 ? paint(look, 'yellow', now.join('; ')) : next;
}

/** What is ranked by comes first. */
const primaryFirst = ({ metric, scores }: NonNullable<ModelStatus['live']>) => ({
  [metric]: scores[metric],
  ...scores,
});

const SHOWN_FAILURES = 3;

/** With the figures that kept it from going live. */
const lastRunText = (run: Run, look: Look): string => {
  const { verdict } = run;
  const why = verdict && verdict.decision !== 'promote' ? ` (${verdict.reasons.join('; ')})` : '';
  return `${run.run}: ${runStatus(run, look)}${why}`;
};

const LABEL = 10;

/** Two columns in, wrapped beside its label. A command is left in one piece: it is to be copied. */
const beside = (line: string): readonly string[] =>
  COMMAND.test(line)
    ? [`  ${line}`]
    : wrap(line.slice(LABEL), SCREEN.columns - LABEL - 2).map(
        (piece, i) => `  ${i === 0 ? line.slice(0, LABEL) : ' '.repeat(LABEL)}${piece}`,
      );
const COMMAND = /^ +npx modelloop /;

/** What needs somebody is told above; here is what happened lately, in short. */
const failureLines = ({ failures }: ModelStatus, look: Look): readonly string[] =>
  failures.slice(0, SHOWN_FAILURES).flatMap(({ what, name, reason, at }, i) => {
    const told = `${what === 'run' ? name : `${what} ${name}`}: ${reason} (${relative(at, look.now)})`;
    return atMost(MOST_TOLD, beside((i === 0 ? 'failures' : '').padEnd(LABEL) + told), SCREEN.columns);
  });

/** One model in full, what is live and what is most urgent first: what needs somebody is not cut off. */
export function statusText(m: ModelStatus, look: Look): string {
  const { live, data, code, lastRun } = m;
  const lines = [
    ...(live
      ? [
          `live      ${releaseText(live, look)}${live.notServing ? ', which does not serve' : ''}, model version ${live.modelVersion}, ${relative(live.liveFrom, look.now)} (${absolute(live.liveFrom)})`,
          `          on test rows ${scoresText(primaryFirst(live))}`,
          `endpoint  ${live.endpoint}`,
        ]
      : m.retired
        ? [
            `live      nothing: retired ${relative(m.retired.at, look.now)} by ${m.retired.by}${m.retired.reason ? `: ${m.retired.reason}` : ''}`,
            `          to bring it back: npx modelloop promote ${m.model} --version N`,
          ]
        : ['live      nothing yet']),
    `now       ${activity(m, look)}`,
    ...(m.needs.length === 0
      ? ['needs     nothing from you']
      : m.needs.flatMap((need, i) => [
          `${i === 0 ? 'needs you ' : '          '}${paint(look, 'yellow', needText(need, look))}`,
          `            ${need.command}`,
        ])),
    `data      ${data ? `version ${data.version}, ${plural(data.rows, 'row')}, ${when(data.createdAt, look.now)}` : 'none yet'}`,
    `code      ${code ? `version ${code.version}, tree ${brief(code.treeHash)}, ${when(code.createdAt, look.now)}` : 'none yet'}`,
    `last run  ${lastRun ? lastRunText(lastRun, look) : 'none yet'}`,
    ...(live ? watchLines(m.watch, look, live) : []),
  ];
  return [paint(look, 'bold', m.model), ...lines.flatMap(beside), ...failureLines(m, look)].join('\n');
}
