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
  stageCommand('rollback', 'brings an earlier release back, and holds automatic promotion until `modelloop resume`', [
    'modelloop rollback flight-delay',
    'modelloop rollback flight-delay --to 2 --wait',
    'modelloop rollback flight-delay --to 2 --all --wait',
  ])
    .argument('<model>', 'name of the model')
    .option('--to <release>', 'whose content (default: the newest before the live one, and different)', positiveInteger)
    .option('--all', 'its data and code become the newest versions, too: the next upload and run start from there')
    .option('--wait', 'for its turn while another deployment is under way, then until it is live')
    .option('--timeout <seconds>', 'with --wait: for how long', positiveInteger, 1800)
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
