import * as z from 'zod';
import { modelDefinition } from '../../shared/domain/definition/model-definition.ts';

/** What `npm run docs` makes of the definition's schema: each field is described where it is defined, and nowhere else. */

/** The parts of JSON Schema that the definition's has. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

const ID = 'model-yaml.schema.json';

/** For editors: completes and checks a model.yaml while it is written. What one field demands of another is only checked by ModelLoop. */
export const jsonSchema = (): Schema => ({
  ...(z.toJSONSchema(modelDefinition, { io: 'input' }) as Schema),
  ...{ $id: ID, title: 'model.yaml of ModelLoop' },
});

export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;

/** Markdown: a table of the single fields, and one for each section. */
export const reference = (schema: Schema): string => {
  const fields = Object.entries(schema.properties ?? {});
  const single = fields.filter(([, field]) => !isSection(field));
  const sections = fields.filter(([, field]) => isSection(field));
  return [
    '### The model',
    table(single.map(([name, field]) => row(name, field, schema.required?.includes(name) ?? false))),
    ...sections.flatMap(([name, field]) => section(name, field)),
  ].join('\n\n');
};

const isSection = (field: Schema): boolean =>
  field.properties !== undefined ||
  field.items?.properties !== undefined ||
  typeof field.additionalProperties === 'object';

const section = (name: string, field: Schema): readonly string[] => [
  `### ${name}`,
  [
    field.description ?? '',
    ...(howMany(field) ? [`From ${howMany(field)} of them.`] : []),
    ...(Array.isArray(field.default) && field.default.length > 0 ? [`Default: ${code(field.default)}.`] : []),
  ].join(' '),
  typeof field.additionalProperties === 'object'
    ? columns(field.additionalProperties)
    : table(rows(name, field.items ?? field, field.items ? '[]' : '')),
];

/** The fields of an object, those of objects in it too, by their path. */
const rows = (path: string, { properties = {}, required = [] }: Schema, suffix = ''): readonly Row[] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const at = `${path}${suffix}.${name}`;
    return field.properties
      ? [{ field: at, type: 'section', default: '', meaning: field.description ?? '' }, ...rows(at, field)]
      : [row(at, field, required.includes(name))];
  });

interface Row {
  readonly field: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

const row = (name: string, field: Schema, required: boolean): Row => ({
  field: name,
  type: typeOf(field),
  default: field.default !== undefined ? code(field.default) : required ? 'required' : 'none',
  meaning: field.description ?? '',
});

/** One kind of column after the other would say most things four times: each field once, with the types that have it. */
const columns = ({ oneOf = [] }: Schema): string => {
  const fields = new Map<string, { schema: Schema; of: string[] }>();
  for (const kind of oneOf)
    for (const [name, schema] of Object.entries(kind.properties ?? {})) {
      if (name === 'type') continue;
      const of = fields.get(name)?.of ?? [];
      // The last one is the widest: a number's limits are an integer's, too.
      fields.set(name, { schema, of: [...of, String(kind.properties?.type?.const)] });
    }
  const types = oneOf.map(({ properties }) => `\`${properties?.type?.const}\`: ${properties?.type?.description}`);
  return table([
    {
      field: 'type',
      type: oneOf.map((k) => code(k.properties?.type?.const)).join(', '),
      default: 'required',
      meaning: types.join(' '),
    },
    ...[...fields].map(([name, { schema, of }]) => {
      const all = of.length === oneOf.length;
      return { ...row(name, schema, false), type: `${typeOf(schema)}${all ? '' : ` (of ${of.join(', ')})`}` };
    }),
  ]);
};

const table = (all: readonly Row[]): string =>
  [
    '| Field | Type | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...all.map((r) => `| \`${r.field}\` | ${cell(r.type)} | ${cell(r.default)} | ${cell(r.meaning)} |`),
  ].join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (value: unknown): string =>
  `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;

const typeOf = (field: Schema): string => {
  if (field.enum) return field.enum.map(code).join(', ');
  if (field.anyOf) return field.anyOf.map(typeOf).join(' or ');
  if (field.items) return `list of ${typeOf(field.items)}${howMany(field) ? `, ${howMany(field)}` : ''}`;
  if (typeof field.additionalProperties === 'object') return `map of ${typeOf(field.additionalProperties)}`;
  return `${[field.type ?? 'anything'].flat().join(' or ')}${range(field)}`;
};

/** What a list may hold, where it is limited. */
const howMany = ({ minItems, maxItems }: Schema): string =>
  maxItems !== undefined ? `${minItems ?? 0} to ${maxItems}` : minItems !== undefined ? `at least ${minItems}` : '';

/** Without the limits that only say what a double holds exactly. */
const range = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string => {
  const real = (x: number | undefined) => (x !== undefined && Math.abs(x) < Number.MAX_SAFE_INTEGER ? x : undefined);
  const [low, high] = [real(minimum), real(maximum)];
  const words = [
    ...(low !== undefined ? [`from ${low}`] : exclusiveMinimum !== undefined ? [`above ${exclusiveMinimum}`] : []),
    ...(high !== undefined ? [`to ${high}`] : exclusiveMaximum !== undefined ? [`below ${exclusiveMaximum}`] : []),
  ];
  return words.length > 0 ? `, ${words.join(' ')}` : '';
};

const [BEGIN, END] = ['<!-- fields: written by npm run docs -->', '<!-- end of fields -->'];

/** The page with its reference written anew. @throws when the page has no place for it */
export const withReference = (page: string, schema: Schema): string => {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no "${BEGIN}" and "${END}"`);
  return `${before}${BEGIN}\n\n${reference(schema)}\n\n${END}${after}`;
};
