import type { Command } from 'commander';
import { type JudgedModelVersion, readModelVersions } from '../../shared/use-cases/build/read-model-versions.ts';
import type { Cli, Session } from '../cli.ts';
import { missingNumber, requireModel } from '../known-model.ts';
import { modelVersionText } from '../output/model-version-text.ts';
import { type Look, paint, table } from '../output/text.ts';
import { absolute, relative } from '../output/time.ts';
import { decisionText, scoresInShort } from '../output/verdict-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop models`: what the runs trained, what was decided of it, and when it served. */
export const modelsCommand = (cli: Cli): Command =>
  stageCommand('models', 'lists the versions of a model, newest first, or shows one in full', [
    'npx modelloop models flight-delay',
    'npx modelloop models flight-delay --version 3',
    "npx modelloop models flight-delay --json | jq '.versions[] | select(.live)'",
  ])
    .argument('<model>', 'name of the model')
    .option('--version <number>', 'show only this version, with its scores, verdict and hashes', positiveInteger)
    .option('--limit <number>', 'show at most this many', positiveInteger, 20)
    .action(
      answering(cli, async (session, model: string, { version, limit }: { version?: number; limit: number }) => {
        await requireModel(session, model);
        const versions =
          version === undefined
            ? await readModelVersions(session.ports, { model, limit })
            : [await oneVersion(session, model, version)];
        return answer({ model, versions }, (d, look) =>
          version === undefined
            ? versionsText(model, d.versions, look)
            : d.versions.map((v) => modelVersionText(v, look)).join('\n'),
        );
      }),
    );

async function oneVersion({ ports }: Session, model: string, version: number): Promise<JudgedModelVersion> {
  const [found] = await readModelVersions(ports, { model, version });
  if (found) return found;
  const [newest] = await readModelVersions(ports, { model, limit: 1 });
  throw missingNumber('model version', model, version, newest?.version);
}

const versionsText = (model: string, versions: readonly JudgedModelVersion[], look: Look): string =>
  versions.length === 0
    ? `${model} has no version yet: the first appears once a run has trained its candidates`
    : table(
        look,
        ['version', '', 'run', 'candidate', 'on test rows', 'verdict', 'releases', 'trained'],
        versions.map((v) => [
          String(v.version),
          v.live ? paint(look, 'green', 'live') : '',
          String(v.run),
          v.candidate,
          v.verdict ? scoresInShort(v.verdict) : '',
          v.verdict ? decisionText(v.verdict) : 'none',
          v.releases.join(', '),
          `${absolute(v.createdAt)}\n${relative(v.createdAt, look.now)}`,
        ]),
      );
