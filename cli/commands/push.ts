import { join } from 'node:path';
import type { Command } from 'commander';
import { DefinitionError } from '../../shared/domain/definition/parse-definition.ts';
import { BundleError, bundleModel, type CodeBundle } from '../../shared/use-cases/code/bundle-model.ts';
import { DeploymentNeededError, pushCode, registeredCode } from '../../shared/use-cases/code/push-code.ts';
import type { Cli, Session } from '../cli.ts';
import { CommandError, EXIT } from '../errors.ts';
import { deployCommand } from '../known-model.ts';
import { modelFolders, noSuchFolder } from '../model-folders.ts';
import { plural } from '../output/text.ts';
import { answer, answering, positiveInteger, stageCommand } from '../stage-command.ts';
import { waitUntil } from '../wait-until.ts';

interface PushOptions {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly folder?: string;
}

/** What came of a push, for programs; `codeVersion` is null while the code repository has not registered it. */
interface Pushed {
  readonly model: string;
  readonly treeHash: string;
  readonly files: number;
  readonly outcome: 'known' | 'uploaded' | 'registered';
  readonly codeVersion: number | null;
  /** The version that runs take; null while that is not known. */
  readonly newest: number | null;
}

/** `modelloop push`: what `cdk deploy` does for a model's code, without a deployment. */
export const pushCommand = (cli: Cli): Command =>
  stageCommand('push', 'uploads the folder models/<model> as the next code version; a run then starts by itself', [
    'npx modelloop push flight-delay',
    'npx modelloop push flight-delay --wait --stage dev',
    'npx modelloop push flight-delay --folder ../experiments/flight-delay',
    "npx modelloop push flight-delay --wait --json | jq '.codeVersion'",
  ])
    .argument('<model>', 'name of the model: its folder is models/<model>')
    .option('--folder <path>', 'the folder that defines the model (default: models/<model>)')
    .option('--wait', 'wait until the code version is registered')
    .option('--timeout <seconds>', 'with --wait: how long to wait', positiveInteger, 120)
    .action(
      answering(cli, async (session, model: string, { wait = false, timeout, folder }: PushOptions) => {
        const bundle = await bundleOf(model, folder ?? (await ownFolder(cli.models, model)));
        const pushed = await push(session, bundle);
        const data: Pushed =
          wait && pushed.outcome === 'uploaded' ? await registered(session, pushed, timeout) : pushed;
        return answer(data, pushedText);
      }),
    );

/** @throws CommandError when `models` has no folder for the model, naming those there are */
async function ownFolder(models: string, model: string): Promise<string> {
  const names = await modelFolders(models);
  if (!names.includes(model)) throw noSuchFolder(model, names);
  return join(models, model);
}

/** @throws CommandError when the folder does not define this model */
async function bundleOf(model: string, folder: string): Promise<CodeBundle> {
  const bundle = await bundleModel(folder).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!(error instanceof BundleError || error instanceof DefinitionError || missing)) throw error;
    const details = missing ? [`there is no folder ${folder}`] : (error as Error).message.split('\n');
    throw new CommandError(EXIT.failed, `${model} cannot be pushed`, { details, cause: error });
  });
  if (bundle.model !== model)
    throw new CommandError(EXIT.failed, `${join(folder, 'model.yaml')} defines "${bundle.model}", not "${model}"`, {
      todo: ['a folder and its model must have the same name: rename one of them'],
    });
  return bundle;
}

async function push({ ports, place }: Session, bundle: CodeBundle): Promise<Pushed> {
  const pushed = await pushCode(ports, bundle).catch((error: unknown) => {
    if (!(error instanceof DeploymentNeededError)) throw error;
    throw new CommandError(EXIT.failed, error.message, {
      todo: [`deploy: ${deployCommand(place.stage)}`],
      cause: error,
    });
  });
  return {
    model: bundle.model,
    treeHash: bundle.treeHash,
    files: bundle.files.length,
    outcome: pushed.outcome,
    codeVersion: pushed.outcome === 'known' ? pushed.codeVersion : null,
    newest: pushed.outcome === 'known' ? pushed.newest : null,
  };
}

async function registered({ ports }: Session, pushed: Pushed, seconds: number): Promise<Pushed> {
  const codeVersion = await waitUntil(() => registeredCode(ports, pushed), seconds);
  if (codeVersion !== undefined) return { ...pushed, outcome: 'registered', codeVersion, newest: codeVersion };
  throw new CommandError(EXIT.failed, `the code repository has not registered ${pushed.model} within ${seconds} s`, {
    details: [
      `tree ${pushed.treeHash}`,
      `if it was refused, there is a report under rejected/${pushed.model}/ in that repository`,
    ],
    todo: ['push again: nothing is registered twice'],
  });
}

function pushedText({ model, treeHash, files, outcome, codeVersion, newest }: Pushed): string {
  const older = newest !== codeVersion ? `; code version ${newest} is newer, and runs keep using it` : '';
  const said = {
    known: `already known: ${model} is code version ${codeVersion}, nothing to upload${older}`,
    uploaded: `new: ${model} is uploaded, and will be registered in a moment (--wait waits for it)`,
    registered: `new: ${model} is now code version ${codeVersion}`,
  }[outcome];
  return `${said}\ntree ${treeHash} (${plural(files, 'file')})`;
}
