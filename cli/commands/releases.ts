import type { Command } from 'commander';
import type { Release } from '../../shared/domain/records.ts';
import { readReleases } from '../../shared/use-cases/read-releases.ts';
import type { Cli } from '../cli.ts';
import { requireModel } from '../known-model.ts';
import { brief, type Look, paint, table } from '../output/text.ts';
import { absolute, relative } from '../output/time.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop releases`: what went live, and when. */
export const releasesCommand = (cli: Cli): Command =>
  stageCommand('releases', 'lists what went live, newest first; the one that serves is marked', [
    'modelloop releases flight-delay',
    "modelloop releases flight-delay --json | jq '.releases[] | select(.live)'",
  ])
    .argument('<model>', 'name of the model')
    .option('--limit <number>', 'at most so many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string, { limit }: { limit: number }) => {
        await requireModel(session, model);
        const releases = await readReleases(session.ports, { model, limit });
        return answer({ model, releases }, (d, look) => releasesText(model, d.releases, look));
      }),
    );

type MarkedRelease = Release & { readonly live: boolean };

const releasesText = (model: string, releases: readonly MarkedRelease[], look: Look): string =>
  releases.length === 0
    ? `${model} has no release yet: the first comes when a run is promoted and deployed`
    : table(
        look,
        ['release', 'now', 'model', 'data', 'code', 'run', 'artefact (sha256)', 'live from'],
        releases.map((r) => [
          String(r.release),
          r.live ? paint(look, 'green', 'live') : '',
          String(r.modelVersion),
          String(r.dataVersion),
          String(r.codeVersion),
          String(r.run),
          brief(r.artifactSha256),
          `${absolute(r.liveFrom)}\n${relative(r.liveFrom, look.now)}`,
        ]),
      );
