import { gunzipSync, gzipSync } from 'node:zlib';
import { Header, Pack, Parser, type ReadEntry, ReadEntry as TarEntry } from 'tar';
import { CODE_LIMITS, type CodeFile, isPartOfCode, pathProblem, sortedFiles } from '../../domain/build/code-tree.ts';

/** An archive that is not taken, and why: the same next time. */
export class BadArchiveError extends Error {
  override readonly name = 'BadArchiveError';
}

/** Headers and padding of as many files as are taken, PAX records included. */
const TAR_OVERHEAD = CODE_LIMITS.files * 4096;

/** The files as `.tar.gz`: the same files give the same bytes. */
export async function packCode(files: readonly CodeFile[]): Promise<Uint8Array> {
  const pack = new Pack({ portable: true });
  const chunks: Buffer[] = [];
  pack.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    pack.on('end', resolve);
    pack.on('error', reject);
  });
  for (const { path, bytes } of sortedFiles(files)) {
    const header = new Header({ path, type: 'File', mode: 0o644, size: bytes.byteLength, mtime: new Date(0) });
    const entry = new TarEntry(header);
    pack.write(entry);
    entry.end(Buffer.from(bytes));
  }
  pack.end();
  await ended;
  return gzipSync(Buffer.concat(chunks), { level: 9 });
}

/**
 * The files of a `.tar.gz`, read in memory: nothing is written anywhere. Links, devices and odd paths are refused, sizes are
 * bounded before anything is unpacked; files that are no part of the code are left out.
 * @throws BadArchiveError
 */
export async function unpackCode(archive: Uint8Array): Promise<readonly CodeFile[]> {
  const files: CodeFile[] = [];
  const problems: string[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      const problem = problems.length > 0 ? undefined : entryProblem(entry, files.length);
      if (problem) problems.push(problem);
      const path = pathOf(entry);
      if (problems.length > 0 || entry.type === 'Directory' || !isPartOfCode(path)) return entry.resume();
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => files.push({ path, bytes: new Uint8Array(Buffer.concat(chunks)) }));
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', (error) => reject(new BadArchiveError(`not a tar archive: ${String(error)}`, { cause: error })));
  });
  const tar = gunzip(archive);
  parser.end(tar);
  await ended;
  if (problems.length > 0) throw new BadArchiveError(problems.join('; '));
  return sortedFiles(files);
}

function gunzip(archive: Uint8Array): Buffer {
  if (archive.byteLength > CODE_LIMITS.archiveBytes)
    throw new BadArchiveError(
      `the archive has ${archive.byteLength} bytes, at most ${CODE_LIMITS.archiveBytes} are allowed`,
    );
  try {
    return gunzipSync(archive, { maxOutputLength: CODE_LIMITS.bytes + TAR_OVERHEAD });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new BadArchiveError(
      tooLarge
        ? `the archive unpacks to more than ${CODE_LIMITS.bytes} bytes`
        : `the archive is not gzip, or is truncated: ${String(error)}`,
      { cause: error },
    );
  }
}

/** `tar -C folder .` writes `./model.yaml`. */
const pathOf = (entry: ReadEntry): string => String(entry.path).replace(/^(\.\/)+/, '');

function entryProblem(entry: ReadEntry, files: number): string | undefined {
  const path = pathOf(entry);
  if (entry.type === 'Directory') return path === '' || path === '.' ? undefined : pathProblem(path.replace(/\/$/, ''));
  if (entry.type !== 'File' && entry.type !== 'OldFile' && entry.type !== 'ContiguousFile')
    return `${JSON.stringify(path)} is a ${entry.type}: only files and folders are allowed`;
  if (files >= CODE_LIMITS.files) return `more than ${CODE_LIMITS.files} files`;
  // What leads out of the archive is refused even among what would be left out.
  return isPartOfCode(path) || path.split('/').includes('..') ? pathProblem(path) : undefined;
}
