import type { Command } from 'commander';
import type { DriftCheck } from '../../shared/domain/records.ts';
import { readDriftChecks, readWatch, type WatchStatus } from '../../shared/use-cases/monitoring/read-drift.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { requireModel } from '../known-model.ts';
import { count, type Look, table } from '../output/text.ts';
import { absolute, relative } from '../output/time.ts';
import { coloured, watchLines } from '../output/watch-text.ts';
import { expectReport, fetchReport, type ReportOptions, withReport } from '../report-file.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop drift`: has what the model is asked, or what it answers, changed? */
export const driftCommand = (cli: Cli): Command =>
  withReport(
    stageCommand('drift', 'shows how the last drift checks ended, which columns drifted, and where the reports are', [
      'npx modelloop drift flight-delay',
      'npx modelloop drift flight-delay --report',
      "npx modelloop drift flight-delay --json | jq '.checks[0].topFeatures[].words'",
    ]),
    '<model>-drift-<check>.html, of the newest check',
  )
    .argument('<model>', 'name of the model')
    .option('--limit <number>', 'show at most this many checks', positiveInteger, 5)
    .action(
      answering(cli, async (session, model: string, { limit, ...options }: ReportOptions & { limit: number }) => {
        expectReport(options);
        await requireModel(session, model);
        const checks = await readDriftChecks(session.ports, { model, limit });
        if (options.report) return newestReport(session, model, checks[0], options);
        const watch = await readWatch(session.ports, { model });
        return answer({ model, ...watch, checks }, driftText);
      }),
    );

async function newestReport(session: Session, model: string, check: DriftCheck | undefined, { out }: ReportOptions) {
  if (!check) throw new CommandError(EXIT.notFound, `${model} has no report: no drift check has reached a verdict yet`);
  const { bucket, html: key } = check.report;
  const wish = { model, what: `drift check ${check.check}`, address: { bucket, key } };
  return fetchReport(session, { ...wish, out: out ?? `${model}-drift-${check.check}.html` });
}

const driftText = (d: WatchStatus & { readonly checks: readonly DriftCheck[] }, look: Look): string => {
  const lines = watchLines({ ...d, ...(d.drift && { drift: { ...d.drift, topFeatures: [] } }) }, look, null);
  const [newest] = d.checks;
  if (!newest) return [...lines, 'no check has reached a verdict yet'].join('\n');
  const report = `report    s3://${newest.report.bucket}/${newest.report.html}`;
  const checks = table(
    look,
    ['check', 'verdict', 'rows', 'release', 'at', 'what changed'],
    d.checks.map((c) => [
      String(c.check),
      coloured(c.verdict, look),
      `${count(c.window.rows)}${c.unreadable.lines > 0 ? `\n${count(c.unreadable.lines)} unreadable` : ''}`,
      String(c.release),
      `${absolute(c.at)}\n${relative(c.at, look.now)}`,
      c.topFeatures.length > 0 ? c.topFeatures.map((f) => f.words).join('\n') : c.reason,
    ]),
  );
  return [...lines, report, '', checks].join('\n');
};
