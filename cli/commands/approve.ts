import type { Command } from 'commander';
import { NotApprovableError, wishToApprove } from '../../shared/use-cases/deployment/decide-approval.ts';
import { NotRegisteredError } from '../../shared/use-cases/registry-access.ts';
import type { Cli } from '../cli.ts';
import { askFor, type WaitOptions } from '../deployment-request.ts';
import { CommandError, EXIT } from '../errors.ts';
import { missingRun, requireModel } from '../known-model.ts';
import { requestText } from '../output/request-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

interface ApproveOptions extends WaitOptions {
  readonly run?: number;
  readonly reason?: string;
}

/** `modelloop approve`: what its verdict promoted goes live, because somebody says so, too. */
export const approveCommand = (cli: Cli): Command =>
  stageCommand('approve', 'lets the challenger that is waiting for approval go live', [
    'npx modelloop approve flight-delay --run 5',
    'npx modelloop approve flight-delay --run 5 --reason "agreed in the March review" --wait',
  ])
    .argument('<model>', 'name of the model')
    .option('--run <number>', 'only if this run is the one waiting (default: whichever is waiting)', positiveInteger)
    .option('--reason <text>', 'why; recorded with your name on the run and the release')
    .option('--wait', 'wait until it is live, behind any deployment already under way')
    .option('--timeout <seconds>', 'with --wait: how long to wait', positiveInteger, 1800)
    .action(
      answering(cli, async (session, model: string, { run, reason, ...options }: ApproveOptions) => {
        await requireModel(session, model);
        const by = await session.whoami();
        const wish = await wishToApprove(session.ports, { model, run, by, reason }).catch(async (error: unknown) => {
          if (error instanceof NotRegisteredError && run !== undefined) throw await missingRun(session, model, run);
          throw notApprovable(error, model);
        });
        return answer(await askFor(cli, session, wish, options), requestText);
      }),
    );

/** What to do about a decision that cannot be; other errors as they are. */
export const notApprovable = (error: unknown, model: string): unknown =>
  error instanceof NotApprovableError
    ? new CommandError(EXIT.failed, `${model}: ${error.message}`, {
        todo: [
          `see what is waiting: npx modelloop status ${model}`,
          `put a version live whatever its verdict: npx modelloop promote ${model} --version N`,
        ],
        cause: error,
      })
    : error;
