import type { ModelStatus } from '../../shared/use-cases/read-status.ts';
import { runStatus } from './run-text.ts';
import { brief, indented, type Look, numberText, paint, plural, scoresText, table } from './text.ts';
import { relative, when } from './time.ts';
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

/** All models, a line each. */
export const statusTable = (models: readonly ModelStatus[], look: Look): string =>
  table(
    look,
    ['model', 'live', 'on test rows', 'data', 'code', 'now', 'last failure'],
    models.map((m) => [
      m.model,
      m.live ? `${paint(look, 'green', `release ${m.live.release}`)}${m.hold ? ' (on hold)' : ''}` : 'nothing',
      m.live ? `${m.live.metric} ${numberText(m.live.scores[m.live.metric])}` : '',
      m.data ? String(m.data.version) : '',
      m.code ? String(m.code.version) : '',
      activity(m, look),
      m.failures[0] ? `${m.failures[0].what}, ${relative(m.failures[0].at, look.now)}` : '',
    ]),
  );

/** One model in full. */
export function statusText(m: ModelStatus, look: Look): string {
  const { live, data, code, lastRun } = m;
  const lines = [
    ...(live
      ? [
          `live      ${paint(look, 'green', `release ${live.release}`)}, model version ${live.modelVersion}, from ${when(live.liveFrom, look.now)}`,
          `          ${scoresText(live.scores)} on test rows; ranked by ${live.metric}`,
          `endpoint  ${live.endpoint}`,
        ]
      : ['live      nothing yet']),
    ...(m.hold
      ? [
          `on hold   ${paint(look, 'yellow', 'no verdict makes a release')}, since ${when(m.hold.since, look.now)}`,
          `          ${m.hold.reason}`,
          `          to lift it: modelloop resume ${m.model}`,
        ]
      : []),
    `data      ${data ? `version ${data.version}, ${plural(data.rows, 'row')}, ${when(data.createdAt, look.now)}` : 'none yet'}`,
    `code      ${code ? `version ${code.version}, tree ${brief(code.treeHash)}, ${when(code.createdAt, look.now)}` : 'none yet'}`,
    `last run  ${lastRun ? `${lastRun.run}: ${runStatus(lastRun, look)}` : 'none yet'}`,
    `now       ${activity(m, look)}`,
    ...(live ? watchLines(m.watch, look) : []),
    ...m.failures.map(
      (f, i) =>
        `${i === 0 ? 'failures' : '        '}  ${f.what === 'run' ? f.name : `${f.what} ${f.name}`}, ${when(f.at, look.now)}: ${f.reason}`,
    ),
  ];
  return [paint(look, 'bold', m.model), ...lines.map((line) => indented(line, 2))].join('\n');
}
