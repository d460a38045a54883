/**
 * JSON that gives numbers back as they were written: `1.0` stays `1.0`, and digits beyond a double are kept. AWS's own filters do not turn
 * a column of floats into one of integers, and neither may ours.
 */

interface SourceAware {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

const json = JSON as unknown as SourceAware;

/** @throws SyntaxError */
export const parseLossless = (text: string): unknown =>
  json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
  );

export const stringify = (value: unknown): string => JSON.stringify(value);

/** A JSON object, and neither an array nor a number in its raw form. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value);

const isRaw = (value: unknown): boolean => (JSON as unknown as { isRawJSON(v: unknown): boolean }).isRawJSON(value);
