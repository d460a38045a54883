import { didYouMean } from '../shared/domain/did-you-mean.ts';
import { readRuns } from '../shared/use-cases/build/read-runs.ts';
import { isKnownModel, knownModels } from '../shared/use-cases/known-models.ts';
import type { Session } from './cli.ts';
import { CommandError, EXIT } from './errors.ts';

/** @throws CommandError that names the known models, unless the stage knows this one */
export async function requireModel({ ports, place }: Session, model: string): Promise<void> {
  if (!(await isKnownModel(ports, model))) throw unknownModel(place.stage, model, await knownModels(ports));
}

/** What makes the folders under models/ known to a stage. */
export const deployCommand = (stage: string): string =>
  stage === 'local' ? 'npx modelloop local up' : `npx cdk deploy --all -c stage=${stage}`;

const SHOWN = 30;

export function unknownModel(stage: string, model: string, known: readonly string[]): CommandError {
  const meant = didYouMean(model, known);
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : '';
  return new CommandError(EXIT.notFound, `no model "${model}" on stage ${stage}`, {
    details: [known.length > 0 ? `known: ${known.slice(0, SHOWN).join(', ')}${more}` : 'this stage knows no model yet'],
    todo: meant
      ? [`did you mean ${meant}?`]
      : [`a model is a folder models/<name>/; \`${deployCommand(stage)}\` makes it known`],
  });
}

export async function missingRun({ ports }: Session, model: string, asked: number): Promise<CommandError> {
  const [newest] = await readRuns(ports, { model, limit: 1 });
  return missingNumber('run', model, asked, newest?.run);
}

/** @throws CommandError for a number that is not there; `newest` is the highest that is */
export function missingNumber(what: string, model: string, asked: number, newest: number | undefined): CommandError {
  return new CommandError(EXIT.notFound, `${model} has no ${what} ${asked}`, {
    details: [newest === undefined ? `it has no ${what} yet` : `the newest is ${what} ${newest}`],
  });
}
