import { describe, expect, test } from 'vitest';
import { readCapturedCall } from '../../../shared/domain/drift/captured-call.ts';
import { definition } from '../../fixtures/pipeline-world.ts';

/** Lines as SageMaker's data capture writes them, for each format that the recipe takes. */

const MODEL = definition({
  columns: {
    customer: { type: 'string', feature: false },
    age: { type: 'number', nullable: true },
    member: { type: 'boolean' },
    left: { type: 'boolean' },
  },
});
const side = (type: string, data: string, encoding: string) => ({
  observedContentType: type,
  mode: 'INPUT',
  data,
  encoding,
});
const line = (input: object, output?: object) =>
  JSON.stringify({
    captureData: { endpointInput: input, ...(output && { endpointOutput: output }) },
    eventMetadata: { eventId: '1', inferenceTime: '2026-03-01T12:00:00Z' },
    eventVersion: '0',
  });
const JSON_ONE = '{"age": 41, "member": true}';
const answer = side('application/json', '{"prediction": 0.25}', 'JSON');
const at = '2026-03-01T12:00:00Z';

describe('rows of', () => {
  test.each([
    ['one JSON object', side('application/json', JSON_ONE, 'JSON'), 1],
    ['a JSON list', side('application/json; charset=utf-8', `[${JSON_ONE}, ${JSON_ONE}]`, 'JSON'), 2],
    ['instances', side('application/json', `{"instances": [${JSON_ONE}]}`, 'JSON'), 1],
    ['JSON Lines', side('application/jsonlines', `${JSON_ONE}\n${JSON_ONE}\n`, 'JSON'), 2],
    ['base64', side('application/json', Buffer.from(JSON_ONE).toString('base64'), 'BASE64'), 1],
    ['nothing', side('application/json', '[]', 'JSON'), 0],
  ])('%s', (_, input, rows) => {
    const call = readCapturedCall(line(input), MODEL);
    expect(call.unreadable).toEqual([]);
    expect(call.rows).toEqual(Array(rows).fill({ features: { age: 41, member: true }, at }));
  });

  test('CSV: quoted fields, booleans as the recipe reads them, an empty field is null', () => {
    const csv = 'member,age\n1,"41"\nFALSE,\n';
    const call = readCapturedCall(line(side('text/csv', csv, 'CSV'), side('text/csv', '0.5\n0.25', 'CSV')), MODEL);
    expect(call.rows).toEqual([
      { features: { age: '41', member: true }, prediction: 0.5, at },
      { features: { age: null, member: false }, prediction: 0.25, at },
    ]);
  });
});

test.each([
  [1, true],
  [0, false],
  [1.5, 1.5],
  [null, null],
  ['constructor', 'constructor'],
])('a boolean that is sent as %j in JSON', (sent, read) => {
  const call = readCapturedCall(line(side('application/json', JSON.stringify({ member: sent }), 'JSON')), MODEL);
  expect(call.rows[0]?.features.member).toBe(read);
});

test('JSON tells an empty text from none', () => {
  const rows = '[{"customer": ""}, {"customer": null}]';
  const call = readCapturedCall(line(side('application/json', rows, 'JSON')), MODEL);
  expect(call.rows.map((r) => r.features.customer)).toEqual(['', null]);
});

test('an answer belongs to its row', () => {
  const call = readCapturedCall(line(side('application/json', JSON_ONE, 'JSON'), answer), MODEL);
  expect(call.rows[0]?.prediction).toBe(0.25);
});

describe('an answer that cannot be read is said, and its rows are kept', () => {
  test.each([
    ['too few', side('application/json', '{"prediction": 0.25}', 'JSON')],
    ['no probability', side('application/json', '[{"prediction": 7}, {"prediction": 0.1}]', 'JSON')],
    ['not JSON', side('application/json', 'oops', 'JSON')],
  ])('%s', (_, output) => {
    const call = readCapturedCall(line(side('application/json', `[${JSON_ONE},${JSON_ONE}]`, 'JSON'), output), MODEL);
    expect(call.rows).toHaveLength(2);
    expect(call.rows.every((r) => r.prediction === undefined)).toBe(true);
    expect(call.unreadable).toHaveLength(1);
  });
});

describe('what cannot be read is said, quotes no data and never throws', () => {
  test.each([
    ['half a line', '{"captureData": {"endp', 'the line is not JSON'],
    ['another document', '{"a": 1}', 'the line is not a capture record of SageMaker'],
    ['no request', line({}).replace('"endpointInput":{}', ''), 'the request was not captured'],
    ['an unknown type', line(side('image/png', 'AAAA', 'BASE64')), 'the request is image/png, which is not known here'],
    ['bytes that are no text', line(side('application/json', '/w==', 'BASE64')), 'the request is not UTF-8'],
    [
      'rows that are no objects',
      line(side('application/json', '[1, 2]', 'JSON')),
      'the request holds a row that is not an object of features by name',
    ],
    ['ragged CSV', line(side('text/csv', 'a,b\n1\n', 'CSV')), 'the request is not CSV with a header line'],
    ['null', 'null', 'the line is not a capture record of SageMaker'],
  ])('%s', (_, text, reason) => {
    expect(readCapturedCall(text, MODEL)).toEqual({ rows: [], unreadable: [reason] });
  });
});
