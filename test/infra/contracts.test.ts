import { describe, expect, test } from 'vitest';
import { CONTRACTS } from './contracts/all.ts';
import type { TemplateJson } from './contracts/template.ts';
import { synthesize } from './synth.ts';

const stages = { local: synthesize('local'), dev: synthesize('dev') };

describe.each(Object.entries(CONTRACTS))('%s', (_, contract) => {
  test.each(Object.entries(stages))('in stage %s', (_stage, templates) => {
    expect(Object.values(templates).flatMap((t) => contract(t.toJSON() as TemplateJson))).toEqual([]);
  });
});
