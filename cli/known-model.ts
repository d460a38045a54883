import { CATALOGUE_MODEL, registryKeys } from '../shared/domain/registry-keys.ts';
import type { Session } from './cli.ts';
import { CommandError, didYouMean, EXIT } from './errors.ts';

/** @returns the names of the models that this stage knows, in order */
export const knownModels = async ({ ports }: Session): Promise<readonly string[]> =>
  (await ports.store.list(CATALOGUE_MODEL, '')).map(({ key }) => key.sort);

/** @throws CommandError that names the known models, unless the stage knows this one */
export async function requireModel(session: Session, model: string): Promise<void> {
  // A name from the command line may be no key at all: only what could be a name is looked up.
  if (/^[a-z][a-z0-9-]*$/.test(model) && (await session.ports.store.get(registryKeys.catalogue(model)))) return;
  throw unknownModel(session.place.stage, model, await knownModels(session));
}

const SHOWN = 30;

export function unknownModel(stage: string, model: string, known: readonly string[]): CommandError {
  const meant = didYouMean(model, known);
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : '';
  return new CommandError(EXIT.notFound, `no model "${model}" on stage ${stage}`, {
    details: [known.length > 0 ? `known: ${known.slice(0, SHOWN).join(', ')}${more}` : 'this stage knows no model yet'],
    todo: meant
      ? [`did you mean ${meant}?`]
      : [`a model is a folder models/<name>/; \`npx cdk deploy --all -c stage=${stage}\` makes it known`],
  });
}

/** @throws CommandError for a number that is not there; `newest` is the highest that is */
export function missingNumber(what: string, model: string, asked: number, newest: number | undefined): CommandError {
  return new CommandError(EXIT.notFound, `${model} has no ${what} ${asked}`, {
    details: [newest === undefined ? `it has no ${what} yet` : `the newest is ${what} ${newest}`],
  });
}
