import type { Command } from 'commander';
import { readStatus } from '../../shared/use-cases/read-status.ts';
import type { Cli } from '../cli.ts';
import { deployCommand, requireModel } from '../known-model.ts';
import { statusTable } from '../output/status-table.ts';
import { statusText } from '../output/status-text.ts';
import { answer, answering, stageCommand } from '../stage-command.ts';

/** `modelloop status`: how each model is at this moment. */
export const statusCommand = (cli: Cli): Command =>
  stageCommand('status', 'shows what is live and since when, how good it is, what is running, and what needs you', [
    'npx modelloop status',
    'npx modelloop status flight-delay',
    "npx modelloop status --json | jq -r '.models[] | select(.live == null) | .model'",
  ])
    .argument('[model]', 'show only this model, in full')
    .action(
      answering(cli, async (session, model: string | undefined) => {
        if (model !== undefined) await requireModel(session, model);
        const models = await readStatus(session.ports, model === undefined ? {} : { model });
        return answer({ models }, (d, look) => {
          if (d.models.length === 0)
            return `no models here yet: \`${deployCommand(session.place.stage)}\` deploys those in models/`;
          return model === undefined
            ? statusTable(d.models, look)
            : d.models.map((m) => statusText(m, look)).join('\n');
        });
      }),
    );
