import { readdir } from 'node:fs/promises';
import { didYouMean } from '../shared/domain/did-you-mean.ts';
import { CommandError, EXIT } from './errors.ts';

/** @returns the names of the model folders in `models`, in order */
export async function modelFolders(models: string): Promise<readonly string[]> {
  const entries = await readdir(models, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort();
}

export function noSuchFolder(model: string, names: readonly string[]): CommandError {
  const meant = didYouMean(model, names);
  return new CommandError(EXIT.notFound, `there is no folder models/${model}`, {
    details: [names.length > 0 ? `there are: ${names.join(', ')}` : 'there is no model in models/ yet'],
    todo: meant ? [`did you mean ${meant}?`] : [],
  });
}
