/** The formats of uploads, told by the name's suffix alone: content is then held to it. */
type Layout = 'csv' | 'parquet' | 'json-lines';
export interface UploadFormat {
  readonly layout: Layout;
  readonly gzipped: boolean;
}

const FORMATS: Readonly<Record<string, UploadFormat>> = {
  '.csv': { layout: 'csv', gzipped: false },
  '.csv.gz': { layout: 'csv', gzipped: true },
  '.parquet': { layout: 'parquet', gzipped: false },
  '.jsonl': { layout: 'json-lines', gzipped: false },
  '.jsonl.gz': { layout: 'json-lines', gzipped: true },
  '.ndjson': { layout: 'json-lines', gzipped: false },
  '.ndjson.gz': { layout: 'json-lines', gzipped: true },
};

export const KNOWN_SUFFIXES: readonly string[] = Object.keys(FORMATS);

/** @returns the suffix that a name ends with (lower case), or `undefined` when it is none of those known */
export function suffixOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  return KNOWN_SUFFIXES.find((suffix) => lower.endsWith(suffix));
}

export function formatOf(name: string): UploadFormat | undefined {
  const suffix = suffixOf(name);
  return suffix === undefined ? undefined : FORMATS[suffix];
}
