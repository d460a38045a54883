import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The lines of a local file that are not empty, parsed as JSON, until `wanted` has had enough (returns false). */
export const readJsonLines = async (path: string, wanted: (line: unknown) => boolean): Promise<void> => {
  const stream = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line.trim() !== '' && !wanted(JSON.parse(line))) return;
  } finally {
    stream.destroy();
  }
};
