import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema, jsonSchemaText, withReference } from './model-yaml.ts';

/** Writes what is generated of the documents. A test fails when it is not what is there. */

const docs = join(import.meta.dirname, '..');
const page = join(docs, 'model-yaml.md');
writeFileSync(page, withReference(readFileSync(page, 'utf8'), jsonSchema()));
writeFileSync(join(docs, 'model-yaml.schema.json'), jsonSchemaText());
process.stderr.write('wrote docs/model-yaml.md and docs/model-yaml.schema.json\n');
