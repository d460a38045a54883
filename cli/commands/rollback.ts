import type { Command } from 'commander';
import { readReleases } from '../../shared/use-cases/deployment/read-releases.ts';
import { wishToGoBack } from '../../shared/use-cases/deployment/request-deployment.ts';
import { NotRegisteredError } from '../../shared/use-cases/registry-access.ts';
import type { Cli } from '../cli.ts';
import { askFor, orNothing, type WaitOptions } from '../deployment-request.ts';
import { missingNumber, requireModel } from '../known-model.ts';
import { requestText } from '../output/request-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

interface RollbackOptions extends WaitOptions {
  readonly to?: number;
  readonly all?: boolean;
}

/** `modelloop rollback`: what served before serves again, as a release of its own. */
export const rollbackCommand = (cli: Cli): Command =>
  stageCommand(
    'rollback',
    'brings an earlier release back, and holds automatic promotion until `npx modelloop resume`',
    [
      'npx modelloop rollback flight-delay',
      'npx modelloop rollback flight-delay --to 2 --wait',
      'npx modelloop rollback flight-delay --to 2 --all --wait',
    ],
  )
    .argument('<model>', 'name of the model')
    .option(
      '--to <release>',
      'the release to bring back (default: the newest earlier one that differs from the live one)',
      positiveInteger,
    )
    .option('--all', 'also make its data and code the newest versions: the next upload and run start from there')
    .option('--wait', 'wait until it is live, behind any deployment already under way')
    .option('--timeout <seconds>', 'with --wait: how long to wait', positiveInteger, 1800)
    .action(
      answering(cli, async (session, model: string, { to, all, ...options }: RollbackOptions) => {
        await requireModel(session, model);
        const wish = await wishToGoBack(session.ports, { model, to, all }).catch(async (error: unknown) => {
          if (!(error instanceof NotRegisteredError) || to === undefined) return orNothing(error);
          const [newest] = await readReleases(session.ports, { model, limit: 1 });
          throw missingNumber('release', model, to, newest?.release);
        });
        return answer(await askFor(cli, session, wish, options), requestText);
      }),
    );
