import { describe, expect, test } from 'vitest';
import type { ApiModel } from '../../../infra/local/sagemaker/api-model.ts';
import { requireValid } from '../../../infra/local/sagemaker/operations/operation.ts';
import { honoured, ignored, listOf, members, only, unsupported } from '../../../infra/local/sagemaker/support.ts';
import { compiled, violations } from '../../../infra/local/sagemaker/validate.ts';

/** A small API in the form of botocore's service description. */
const api: ApiModel = {
  operations: { CreateThing: { input: { shape: 'CreateThingInput' } } },
  shapes: {
    CreateThingInput: {
      type: 'structure',
      required: ['ThingName'],
      members: {
        ThingName: { shape: 'Name' },
        Count: { shape: 'Count' },
        Parts: { shape: 'Parts' },
        Labels: { shape: 'Labels' },
        Fast: { shape: 'Flag' },
      },
    },
    Name: { type: 'string', min: 1, max: 5, pattern: '[a-z](-*[a-z])*' },
    Count: { type: 'integer', min: 1, max: 3 },
    Flag: { type: 'boolean' },
    Parts: { type: 'list', member: { shape: 'Part' }, max: 2 },
    Part: { type: 'structure', required: ['Kind'], members: { Kind: { shape: 'Kind' } } },
    Kind: { type: 'string', enum: ['Big', 'Small'] },
    Labels: { type: 'map', key: { shape: 'Name' }, value: { shape: 'Name' } },
  },
};
const found = (input: object) => violations(api, 'CreateThingInput', input);

describe('violations', () => {
  test('a valid request has none', () => {
    const input = { ThingName: 'a-b', Count: 2, Parts: [{ Kind: 'Big' }], Labels: { a: 'b' }, Fast: false };
    expect(found(input)).toEqual([]);
  });

  test.each([
    [{}, "Value null at 'thingName' failed to satisfy constraint: Member must not be null"],
    [
      { ThingName: 'A' },
      "Value 'A' at 'thingName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z](-*[a-z])*",
    ],
    // A pattern holds for the whole value: a newline at the end is not let through.
    [
      { ThingName: 'ab\n' },
      "Value 'ab\n' at 'thingName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z](-*[a-z])*",
    ],
    [
      { ThingName: 'abcdef' },
      "Value 'abcdef' at 'thingName' failed to satisfy constraint: Member must have length less than or equal to 5",
    ],
    [
      { ThingName: 'a', Count: 4 },
      "Value '4' at 'count' failed to satisfy constraint: Member must have value less than or equal to 3",
    ],
    [{ ThingName: 'a', Count: 1.5 }, "Value at 'count' is not a integer: 1.5"],
    [{ ThingName: 'a', Fast: 'yes' }, `Value at 'fast' is not a boolean: "yes"`],
    [
      { ThingName: 'a', Parts: [{ Kind: 'Big' }, {}] },
      "Value null at 'parts.2.member.kind' failed to satisfy constraint: Member must not be null",
    ],
    [
      { ThingName: 'a', Parts: [{ Kind: 'Huge' }] },
      "Value 'Huge' at 'parts.1.member.kind' failed to satisfy constraint: Member must satisfy enum value set: [Big, Small]",
    ],
    [
      { ThingName: 'a', Labels: { a: 'B' } },
      "Value 'B' at 'labels.a.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z](-*[a-z])*",
    ],
    [{ ThingName: 'a', Colour: 'red' }, "Unknown member 'colour': CreateThingInput has no Colour"],
  ])('%j', (input, violation) => {
    expect(found(input)).toEqual([violation]);
  });

  test('all that is wrong is said at once', () => {
    const operation = { name: 'CreateThing', supports: {}, run: () => ({}) };
    expect(() => requireValid(api, operation, { Count: 0 })).toThrow(
      /^2 validation errors detected: Value null at 'thingName' .*; Value '0' at 'count' /,
    );
  });

  test('a pattern that JavaScript cannot express is not applied, rather than misread', () => {
    expect(compiled('[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*')).toBeUndefined();
    expect(compiled('[\\p{L}]*')?.test('é')).toBe(true);
  });
});

describe('unsupported', () => {
  const supports = {
    Name: honoured,
    Size: ignored('one machine'),
    Mode: only('File'),
    Input: listOf({ Uri: honoured, Kind: only('Prefix', 'Manifest') }, 2),
    Output: members({ Path: honoured }),
  };
  const refused = (input: object) => unsupported('CreateThing', supports, input);

  test('what is declared passes', () => {
    expect(
      refused({ Name: 'a', Size: 3, Mode: 'File', Input: [{ Uri: 'u', Kind: 'Prefix' }], Output: { Path: 'p' } }),
    ).toEqual([]);
    expect(refused({ Name: 'a', Gone: undefined, Nothing: null })).toEqual([]);
  });

  test.each([
    [{ Vpc: {} }, 'local SageMaker does not support CreateThing.Vpc; leave it out, or use AWS'],
    [{ Output: { Key: 1 } }, 'local SageMaker does not support CreateThing.Output.Key; leave it out, or use AWS'],
    [{ Mode: 'Pipe' }, 'local SageMaker supports CreateThing.Mode = File, not "Pipe"'],
    [
      { Input: [{ Kind: 'Table' }] },
      'local SageMaker supports CreateThing.Input.Kind = Prefix or Manifest, not "Table"',
    ],
    [{ Input: [{}, {}, {}] }, 'local SageMaker supports 2 of CreateThing.Input, not 3'],
  ])('%j', (input, refusal) => {
    expect(refused(input)).toEqual([refusal]);
  });
});
