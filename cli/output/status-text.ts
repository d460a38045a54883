import type { ModelStatus } from '../../shared/use-cases/read-status.ts';
import { runStatus } from './run-text.ts';
import { needText, SCREEN } from './status-table.ts';
import { brief, cut, type Look, paint, plural, scoresText } from './text.ts';
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
          `${deployment.kind === 'restoration' ? 'putting back' : 'deploying'} model version ${deployment.modelVersion}, ${relative(deployment.since, look.now)}`,
        ]
      : []),
  ];
  return now.length > 0 ? paint(look, 'yellow', now.join('; ')) : next;
}

/** What is ranked by comes first: it is the last to be cut off. */
const primaryFirst = ({ metric, scores }: NonNullable<ModelStatus['live']>) => ({
  [metric]: scores[metric],
  ...scores,
});

const SHOWN_FAILURES = 3;

/** One model, on one screen: reasons are cut to a line, and told in full by the command that the line names. */
export function statusText(m: ModelStatus, look: Look): string {
  const { live, data, code, lastRun } = m;
  const lines = [
    ...(live
      ? [
          `live      ${paint(look, 'green', `release ${live.release}`)}, model version ${live.modelVersion}, ${relative(live.liveFrom, look.now)} (${absolute(live.liveFrom)})`,
          `          on test rows ${scoresText(primaryFirst(live))}`,
          `endpoint  ${live.endpoint}`,
        ]
      : m.retired
        ? [
            `live      nothing: retired ${relative(m.retired.at, look.now)} by ${m.retired.by}${m.retired.reason ? `: ${m.retired.reason}` : ''}`,
            `          to bring it back: modelloop promote ${m.model} --version N`,
          ]
        : ['live      nothing yet']),
    `now       ${activity(m, look)}`,
    ...(m.needs.length === 0
      ? ['needs     nothing of you']
      : m.needs.flatMap((need, i) => [
          `${i === 0 ? 'needs you ' : '          '}${paint(look, 'yellow', needText(need, look))}`,
          `            ${need.command}`,
        ])),
    `data      ${data ? `version ${data.version}, ${plural(data.rows, 'row')}, ${when(data.createdAt, look.now)}` : 'none yet'}`,
    `code      ${code ? `version ${code.version}, tree ${brief(code.treeHash)}, ${when(code.createdAt, look.now)}` : 'none yet'}`,
    `last run  ${lastRun ? `${lastRun.run}: ${runStatus(lastRun, look)}` : 'none yet'}`,
    ...(live ? watchLines(m.watch, look) : []),
    ...m.failures
      .slice(0, SHOWN_FAILURES)
      .map(
        (f, i) =>
          `${i === 0 ? 'failures' : '        '}  ${f.what === 'run' ? f.name : `${f.what} ${f.name}`}, ${relative(f.at, look.now)}: ${f.reason}`,
      ),
  ];
  return [paint(look, 'bold', m.model), ...lines.map((line) => cut(`  ${line}`, SCREEN.columns))].join('\n');
}
