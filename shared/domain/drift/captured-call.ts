import { parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { classesOf, type ModelDefinition } from '../definition/model-definition.ts';
import { type Asked, answerIn } from '../prediction.ts';
import type { CapturedRow } from './window.ts';

/** One line of a capture file, as SageMaker's data capture writes it. Members that are not read here may be anything. */
const side = z.object({
  observedContentType: z.string().default(''),
  data: z.string(),
  encoding: z.string().default(''),
});
const captureRecord = z.object({
  captureData: z.object({ endpointInput: side.optional(), endpointOutput: side.optional() }),
  eventMetadata: z.object({ inferenceTime: z.string().optional() }).default({}),
});

/** What a captured call holds: its rows, and what could not be made sense of. */
export interface CapturedCall {
  readonly rows: readonly CapturedRow[];
  readonly unreadable: readonly string[];
}

/** Something captured that is not what a recipe takes or gives; the message says which, and quotes no data. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/**
 * Reads one line of a capture file. Rows whose answer cannot be read are kept without one, and said to be so. Never throws for what
 * the line holds.
 */
export const readCapturedCall = (line: string, definition: Asked): CapturedCall => {
  try {
    const record = captureRecord.safeParse(json(line, 'the line'));
    if (!record.success) throw new UnreadableError('the line is not a capture record of SageMaker');
    const { endpointInput, endpointOutput } = record.data.captureData;
    if (!endpointInput) throw new UnreadableError('the request was not captured');
    const at = record.data.eventMetadata.inferenceTime;
    const features = rowsOf(endpointInput, 'the request').map((row) => typed(row, definition.columns));
    const answers = endpointOutput ? answersOf(endpointOutput, definition, features.length) : undefined;
    const rows = features.map((row, i): CapturedRow => {
      const prediction = answers?.values[i];
      return { features: row, ...(prediction !== undefined && { prediction }), ...(at !== undefined && { at }) };
    });
    return { rows, unreadable: answers?.unreadable ?? [] };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { rows: [], unreadable: [error.message] };
  }
};

type Side = z.infer<typeof side>;
type Row = Readonly<Record<string, unknown>>;

const rowsOf = (observed: Side, what: string): readonly Row[] => {
  const rows = documentsOf(observed, what);
  const odd = rows.find((r) => r === null || typeof r !== 'object' || Array.isArray(r));
  if (odd !== undefined) throw new UnreadableError(`${what} holds a row that is not an object of features by name`);
  return rows as readonly Row[];
};

const documentsOf = (observed: Side, what: string): readonly unknown[] => {
  const text = observed.encoding === 'BASE64' ? decoded(observed.data, what) : observed.data;
  const kind = observed.observedContentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (kind === 'text/csv') return csvRows(text, what);
  if (kind === 'application/jsonlines' || kind === 'application/x-jsonlines' || kind === 'application/x-ndjson')
    return text
      .split('\n')
      .filter((l) => l.trim() !== '')
      .map((l) => json(l, what));
  if (kind === 'application/json' || kind === '') return inDocument(json(text, what));
  throw new UnreadableError(`${what} is ${kind.slice(0, 60)}, which is not known here`);
};

/** One row, a list of rows, or `{"instances": [rows]}`. */
const inDocument = (document: unknown): readonly unknown[] => {
  if (Array.isArray(document)) return document;
  if (document !== null && typeof document === 'object' && Object.keys(document).join() === 'instances') {
    const { instances } = document as { instances: unknown };
    if (Array.isArray(instances)) return instances;
  }
  return [document];
};

const csvRows = (text: string, what: string): readonly Row[] => {
  try {
    // An empty field is null, as for the recipes and as in uploads: CSV has no other way to say it.
    const cast = (value: string, { header }: { header: boolean }) => (value === '' && !header ? null : value);
    return parseCsv(text, { columns: true, bom: true, skip_empty_lines: true, cast }) as unknown as Row[];
  } catch {
    throw new UnreadableError(`${what} is not CSV with a header line`);
  }
};

const json = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new UnreadableError(`${what} is not JSON`);
  }
};

const decoded = (data: string, what: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    throw new UnreadableError(`${what} is not UTF-8`);
  }
};

/** As the recipes take booleans: texts in CSV, and 1 and 0 in JSON. Everything else is left to the counters. */
const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...([
    ['true', true],
    ['1', true],
    [1, true],
  ] as const),
  ...([
    ['false', false],
    ['0', false],
    [0, false],
  ] as const),
]);
const typed = (row: Row, columns: ModelDefinition['columns']): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) =>
      Object.hasOwn(columns, name) && columns[name]?.type === 'boolean'
        ? [name, BOOLEANS.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value]
        : [name, value],
    ),
  );

/** One prediction a row, or what is wrong with them. */
const answersOf = (observed: Side, asked: Asked, rows: number) => {
  try {
    const documents = observed.observedContentType.startsWith('text/csv')
      ? csvAnswers(observed, asked)
      : documentsOf(observed, 'the answer');
    if (documents.length !== rows) throw new Error(`${documents.length} answers`);
    return { values: documents.map((d) => answerIn(d, asked).prediction), unreadable: [] };
  } catch (error) {
    const why = error instanceof UnreadableError ? error.message : 'the answer is not one prediction a row';
    return { values: [], unreadable: [why] };
  }
};

/** CSV answers are a number a line, without a header; of classes, the class and the probability of each. */
const csvAnswers = ({ data, encoding }: Side, asked: Asked): readonly unknown[] => {
  const lines: string[][] = parseCsv(encoding === 'BASE64' ? decoded(data, 'the answer') : data, {
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const classes = classesOf(asked);
  if (classes.length === 0) return lines.map(([p]) => ({ prediction: Number(p) }));
  return lines.map(([prediction, ...ps]) => ({
    prediction,
    probabilities: Object.fromEntries(ps.map((p, i) => [classes[i] ?? i, Number(p)])),
  }));
};
