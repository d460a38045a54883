import type { Command } from 'commander';
import { type ReleaseInTime, readReleases } from '../../shared/use-cases/deployment/read-releases.ts';
import type { Cli } from '../cli.ts';
import { requireModel } from '../known-model.ts';
import { brief, indented, type Look, paint, table } from '../output/text.ts';
import { absolute, durationText, relative } from '../output/time.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop releases`: what was live when. */
export const releasesCommand = (cli: Cli): Command =>
  stageCommand('releases', 'lists what was live when, newest first; marks the live release', [
    'npx modelloop releases flight-delay',
    "npx modelloop releases flight-delay --json | jq '.releases[] | select(.live)'",
  ])
    .argument('<model>', 'name of the model')
    .option('--limit <number>', 'show at most this many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string, { limit }: { limit: number }) => {
        await requireModel(session, model);
        const releases = await readReleases(session.ports, { model, limit });
        return answer({ model, releases }, (d, look) => releasesText(model, d.releases, look));
      }),
    );

const releasesText = (model: string, releases: readonly ReleaseInTime[], look: Look): string =>
  releases.length === 0
    ? `${model} has no release yet: the first appears once a run is promoted and deployed`
    : [
        table(
          look,
          ['release', '', 'how', 'model', 'data', 'code', 'run', 'sha256', 'live from', 'until'],
          releases.map((r) => [
            String(r.release),
            r.live ? paint(look, 'green', 'live') : '',
            howItCame(r),
            String(r.modelVersion),
            String(r.dataVersion),
            String(r.codeVersion),
            String(r.run),
            brief(r.artifactSha256),
            // Within these moments, the release before and this one both answered.
            `${absolute(r.liveFrom)}\nshift ${durationText(r.shift.from, r.shift.to)}`,
            r.liveUntil ? absolute(r.liveUntil) : `now\n${relative(r.liveFrom, look.now)}`,
          ]),
        ),
        ...approvals(releases),
      ].join('\n');

const howItCame = ({ kind, contentOf, approval }: ReleaseInTime): string => {
  if (kind === 'rollback') return `rollback to ${contentOf}`;
  if (kind === 'manual') return 'by hand';
  return approval ? 'approved' : 'verdict';
};

/** Below the table: names and reasons are long. */
const approvals = (releases: readonly ReleaseInTime[]): readonly string[] =>
  releases.flatMap(({ release, approval }) =>
    approval
      ? [
          indented(
            `release ${release} was approved by ${approval.by}, ${absolute(approval.at)}${approval.reason ? `: ${approval.reason}` : ''}`,
            0,
          ),
        ]
      : [],
  );
