import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { create, extract } from 'tar';

/**
 * Packs a directory's content into a `.tar.gz`. Sorted paths and no times, owners or host facts: the same content gives the same bytes, so
 * an artefact's hash says something about what is in it.
 */
export async function packDirectory(directory: string, archive: string): Promise<void> {
  const files = await filesOf(directory);
  await create(
    { cwd: directory, file: archive, gzip: { level: 6 }, portable: true, noDirRecurse: true, mtime: new Date(0) },
    // tar cannot make an archive of nothing; the directory itself stands for it.
    files.length > 0 ? files : ['./'],
  );
}

export async function unpackArchive(archive: string, directory: string): Promise<void> {
  await extract({ file: archive, cwd: directory, strict: true });
}

/** Relative paths of all files below, sorted. */
export async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
