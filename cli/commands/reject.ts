import type { Command } from 'commander';
import type { Run } from '../../shared/domain/records.ts';
import { rejectChallenger } from '../../shared/use-cases/deployment/decide-approval.ts';
import { NotRegisteredError } from '../../shared/use-cases/registry-access.ts';
import type { Cli } from '../cli.ts';
import { missingRun, requireModel } from '../known-model.ts';
import { indented } from '../output/text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { notApprovable } from './approve.ts';

interface RejectOptions {
  readonly run?: number;
  readonly reason: string;
}

/** `modelloop reject`: a challenger stops waiting; what is live stays. */
export const rejectCommand = (cli: Cli): Command =>
  stageCommand(
    'reject',
    'rejects the challenger that is waiting for approval: it does not go live, and the reason is kept',
    ['npx modelloop reject flight-delay --run 5 --reason "trained on the week of the outage"'],
  )
    .argument('<model>', 'name of the model')
    .requiredOption('--reason <text>', 'why; recorded with your name on the run')
    .option('--run <number>', 'only if this run is the one waiting (default: whichever is waiting)', positiveInteger)
    .action(
      answering(cli, async (session, model: string, { run, reason }: RejectOptions) => {
        await requireModel(session, model);
        const by = await session.whoami();
        const rejected = await rejectChallenger(session.ports, { model, run, by, reason }).catch(
          async (error: unknown) => {
            if (error instanceof NotRegisteredError && run !== undefined) throw await missingRun(session, model, run);
            throw notApprovable(error, model);
          },
        );
        return answer({ model, run: rejected }, ({ run: r }) => rejectedText(r));
      }),
    );

const rejectedText = ({ model, run, modelVersion, approval }: Run): string =>
  [
    `${model}: run ${run} is rejected; what is live stays live`,
    indented(`by      ${approval?.by}`, 2),
    indented(`reason  ${approval?.reason}`, 2),
    indented(`to put it live anyway: npx modelloop promote ${model} --version ${modelVersion}`, 2),
  ].join('\n');
