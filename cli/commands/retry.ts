import type { Command } from 'commander';
import type { Run } from '../../shared/domain/records.ts';
import { readRuns } from '../../shared/use-cases/build/read-runs.ts';
import { NothingToRetryError, type Retry, retryRun } from '../../shared/use-cases/build/retry-run.ts';
import { NotRegisteredError } from '../../shared/use-cases/registry-access.ts';
import type { Cli, Session } from '../cli.ts';
import { askFor, type RequestAnswer, type WaitOptions } from '../deployment-request.ts';
import { CommandError, EXIT } from '../errors.ts';
import { missingRun, requireModel } from '../known-model.ts';
import { requestText } from '../output/request-text.ts';
import { paint } from '../output/text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { waitUntil } from '../wait-until.ts';

/** So long it may take until the new run is there. */
const STARTS_WITHIN_SECONDS = 30;

interface RetryAnswer {
  readonly model: string;
  /** `run`: a new run of the same data and code. `deployment`: the promotion once more. */
  readonly what: Retry['what'];
  /** The new run; null while it has not begun. */
  readonly run: Run | null;
  readonly deployment: RequestAnswer | null;
}

/** `modelloop retry`: what failed is tried again, on the same data and code. */
export const retryCommand = (cli: Cli): Command =>
  stageCommand('retry', 'retries a failed run or deployment, on the same data and code', [
    'npx modelloop retry flight-delay',
    'npx modelloop retry flight-delay --run 7 --wait',
  ])
    .argument('<model>', 'name of the model')
    .option('--run <number>', 'the run to retry (default: the newest)', positiveInteger)
    .option('--wait', 'for a deployment: wait until it is live, behind any already under way')
    .option('--timeout <seconds>', 'with --wait: how long to wait', positiveInteger, 1800)
    .action(
      answering(cli, async (session, model: string, { run, ...options }: WaitOptions & { run?: number }) => {
        await requireModel(session, model);
        const retry = await retryRun(session.ports, { model, run, by: await session.whoami() }).catch(
          async (error: unknown) => {
            if (error instanceof NotRegisteredError && run !== undefined) throw await missingRun(session, model, run);
            if (!(error instanceof NothingToRetryError)) throw error;
            const todo = [`to look: npx modelloop runs ${model}`];
            throw new CommandError(EXIT.failed, `${model}: ${error.message}`, { todo, cause: error });
          },
        );
        const found: RetryAnswer =
          retry.what === 'run'
            ? { model, what: 'run', run: (await begun(session, model, retry.after)) ?? null, deployment: null }
            : { model, what: 'deployment', run: null, deployment: await askFor(cli, session, retry.wish, options) };
        return answer(found, (a, look) =>
          a.deployment
            ? requestText(a.deployment, look)
            : a.run
              ? paint(
                  look,
                  'yellow',
                  `${model}: run ${a.run.run} has started, on data ${a.run.dataVersion} × code ${a.run.codeVersion}`,
                )
              : paint(look, 'yellow', `${model}: a run is due, and starts as soon as its trigger is delivered`),
        );
      }),
    );

const begun = ({ ports }: Session, model: string, after: number): Promise<Run | undefined> =>
  waitUntil(async () => {
    const [newest] = await readRuns(ports, { model, limit: 1 });
    return newest && newest.run > after ? newest : undefined;
  }, STARTS_WITHIN_SECONDS);
