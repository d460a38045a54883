import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchema, jsonSchemaText, withReference } from '../../../docs/generate/model-yaml.ts';
import { METRICS } from '../../../shared/domain/build/metrics.ts';
import { metricsOfTask } from '../../../shared/domain/definition/model-definition.ts';

const page = readFileSync('docs/model-yaml.md', 'utf8');

describe('docs/model-yaml.md', () => {
  it('has every field as the schema has it: npm run docs writes it', () => {
    expect(page).toBe(withReference(page, jsonSchema()));
  });

  it('says how many items a list may have', () => {
    expect(page).toMatch(/### candidates\n\n.* From 1 to 10 of them\./);
    expect(page).toContain('| `operations.network.subnets` | list of string, 1 to 16 |');
  });

  it('has each task with its metrics', () => {
    for (const task of ['binary', 'multiclass', 'regression'] as const)
      expect(page).toContain(
        `${metricsOfTask(task)
          .map((m) => `\`${m}\``)
          .join(', ')} |\n`,
      );
    expect(new Set((['binary', 'multiclass', 'regression'] as const).flatMap(metricsOfTask))).toEqual(new Set(METRICS));
  });
});

describe('docs/model-yaml.schema.json', () => {
  it('is the schema: npm run docs writes it', () => {
    expect(readFileSync('docs/model-yaml.schema.json', 'utf8')).toBe(jsonSchemaText());
  });

  it('says of each field what it means', () => {
    expect(undescribed(jsonSchema(), '')).toEqual([]);
  });
});

type Schema = ReturnType<typeof jsonSchema>;

/** The paths of fields without a description. */
function undescribed(schema: Schema, path: string): readonly string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description ? [] : [`${path}.${name}`]),
    ...undescribed(field, `${path}.${name}`),
  ]);
  const more = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  const inner = [...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : []), ...more];
  return [...fields, ...inner.flatMap((s) => undescribed(s, `${path}[]`))];
}
