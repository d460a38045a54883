import type { Command } from 'commander';
import type { ModelVersion } from '../../shared/domain/records.ts';
import { registryPrefixes } from '../../shared/domain/registry-keys.ts';
import { wishForVersion } from '../../shared/use-cases/deployment/request-deployment.ts';
import { NotRegisteredError } from '../../shared/use-cases/registry-access.ts';
import type { Cli, Session } from '../cli.ts';
import { askFor, type WaitOptions } from '../deployment-request.ts';
import { missingNumber, requireModel } from '../known-model.ts';
import { requestText } from '../output/request-text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';

/** `modelloop promote`: a model version goes live because somebody says so. */
export const promoteCommand = (cli: Cli): Command =>
  stageCommand('promote', 'puts a model version live, whatever its verdict', [
    'npx modelloop promote flight-delay --version 3',
    'npx modelloop promote flight-delay --version 3 --wait',
    "npx modelloop promote flight-delay --version 3 --wait --json | jq '.release.release'",
  ])
    .argument('<model>', 'name of the model')
    .requiredOption('--version <number>', 'the model version to put live, from any run', positiveInteger)
    .option('--wait', 'wait until it is live, behind any deployment already under way')
    .option('--timeout <seconds>', 'with --wait: how long to wait', positiveInteger, 1800)
    .action(
      answering(cli, async (session, model: string, { version, ...options }: WaitOptions & { version: number }) => {
        await requireModel(session, model);
        const wish = await wishForVersion(session.ports, { model, version }).catch(async (error: unknown) => {
          if (!(error instanceof NotRegisteredError)) throw error;
          throw missingNumber('model version', model, version, await newest(session, model));
        });
        return answer(await askFor(cli, session, wish, options), requestText);
      }),
    );

const newest = async ({ ports }: Session, model: string): Promise<number | undefined> => {
  const options = { limit: 1, newestFirst: true };
  const [found] = await ports.store.list<ModelVersion>(model, registryPrefixes.modelVersions, options);
  return found?.value.version;
};
