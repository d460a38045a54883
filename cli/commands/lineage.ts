import type { Command } from 'commander';
import { readReleases } from '../../shared/use-cases/deployment/read-releases.ts';
import { readLineage } from '../../shared/use-cases/read-lineage.ts';
import type { Cli, Session } from '../cli.ts';
import { missingNumber, requireModel } from '../known-model.ts';
import { lineageText } from '../output/lineage-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop lineage`: from what serves back to the bytes that somebody uploaded. */
export const lineageCommand = (cli: Cli): Command =>
  stageCommand(
    'lineage',
    'traces the endpoint back to model, code and data version, and to the uploaded objects, with hashes',
    [
      'npx modelloop lineage flight-delay',
      'npx modelloop lineage flight-delay --release 3',
      "npx modelloop lineage flight-delay --json | jq -r '.parts[].source.key'",
    ],
  )
    .argument('<model>', 'name of the model')
    .option('--release <number>', 'trace this release instead of the live one', positiveInteger)
    .action(
      answering(cli, async (session, model: string, { release }: { release?: number }) => {
        await requireModel(session, model);
        if (release !== undefined) await requireRelease(session, model, release);
        const lineage = await readLineage(session.ports, { model, ...(release === undefined ? {} : { release }) });
        return answer(lineage, lineageText);
      }),
    );

async function requireRelease({ ports }: Session, model: string, asked: number): Promise<void> {
  const [newest] = await readReleases(ports, { model, limit: 1 });
  if (asked > (newest?.release ?? 0)) throw missingNumber('release', model, asked, newest?.release);
}
