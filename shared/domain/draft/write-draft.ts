import type { Draft } from './draft.ts';

/** What a schema-aware editor reads; from models/<name>/ the documents are two folders up. */
const SCHEMA = '# yaml-language-server: $schema=../../docs/model-yaml.schema.json';

const HEADER = (from: string, rows: number) => `${SCHEMA}
# Written by \`npx modelloop init\` from ${from} (${rows.toLocaleString('en-US')} rows). Each choice says why; look it over and change what
# is wrong. Every field: docs/model-yaml.md. Ranges are those of the sample, with half their width to spare; a column that is not
# nullable refuses rows in which it is empty.`;

const AFTER: Readonly<Record<string, string>> = {
  candidates: `# What each run trains; the better one on the validation rows challenges what is live.
candidates:
  - name: shallow
    hyperparameters: { max_depth: 3, eta: 0.1 }
  - name: deep
    hyperparameters: { max_depth: 6, eta: 0.1, min_child_weight: 5, subsample: 0.8, colsample_bytree: 0.8 }`,
  data: `# append: an upload adds rows to those before; rows that an earlier upload has count again. snapshot: it replaces them.
data: { mode: append }`,
};

/**
 * @param from the sample's name
 * @returns the text of a model.yaml
 */
export const writeDraft = ({ definition, why }: Draft, from: string, rows: number): string => {
  const line = (key: string, value: unknown) => `${key}: ${flow(value)}${comment(why[key])}`;
  const { name, task, target, id, columns, split, metric, gates = [], evaluation, operations } = definition;
  const sections = [
    HEADER(from, rows),
    [
      `name: ${flow(name)}`,
      `description: "" # what is predicted, in a sentence`,
      line('task', task),
      `target: ${flow(target)}`,
      line('id', id),
    ].join('\n'),
    [
      'columns:',
      ...Object.entries(columns).map(([c, v]) => `  ${flow(c)}: ${flow(v)}${comment(why[`columns.${c}`])}`),
    ].join('\n'),
    AFTER.data,
    ...(split ? [line('split', split)] : []),
    AFTER.candidates,
    line('metric', metric),
    ['gates:', ...gates.map((gate, i) => `  - ${flow(gate)}${comment(why[`gates.${i}`])}`)].join('\n'),
    ...(evaluation ? [line('evaluation', evaluation)] : []),
    `operations:\n  owner: ${flow(operations?.owner)} # owns the model; to say who is paged: paging: { email: [you@example.com] }`,
  ];
  return `${sections.join('\n\n')}\n`;
};

/** Texts that YAML, or an older YAML, reads as something else. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z][\w.-]*( [\w.-]+)*$/;

/**
 * A value on one line, quoted where it must be: JSON's texts and numbers are YAML's, too. The library would break a text with line ends
 * into several, which a flow collection in a map cannot hold.
 */
const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, v]) => `${flow(key)}: ${flow(v)}`)
      .join(', ')} }`;
  return typeof value === 'string' && PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
};

/** A value of the sample may hold a line end; a comment must not. */
const comment = (text: string | undefined): string =>
  text ? ` # ${text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')}` : '';
