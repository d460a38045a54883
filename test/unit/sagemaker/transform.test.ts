import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { afterAll, describe, expect, test } from 'vitest';
import { batches } from '../../../infra/local/sagemaker/transform/batches.ts';
import { joined, parseFilter } from '../../../infra/local/sagemaker/transform/filters.ts';
import { parseLossless, stringify } from '../../../infra/local/sagemaker/transform/lossless-json.ts';
import { transformFile } from '../../../infra/local/sagemaker/transform/transform-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'modelloop-transform-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('filters', () => {
  const apply = (path: string, text: string) => stringify(parseFilter('Filter', path)(parseLossless(text)));
  test.each([
    ['$', '{"a":1.0}', '{"a":1.0}'],
    ['$.a', '{"a":{"b":1.50}}', '{"b":1.50}'],
    ['$.a.b', '{"a":{"b":[1,2]}}', '[1,2]'],
    ["$['a b']", '{"a b":"x"}', '"x"'],
    [
      "$['id', 'SageMakerOutput']",
      '{"id":"1","x":2,"SageMakerOutput":{"prediction":0.10}}',
      '{"id":"1","SageMakerOutput":{"prediction":0.10}}',
    ],
    ['$.a', '{"a":null}', 'null'],
  ])('%s of %s', (path, text, expected) => expect(apply(path, text)).toBe(expected));

  test.each(['', '$.', '$..a', '$[0]', '$[1:]', 'a', "$['a'", '$.a[0]', "$['a',]"])('%j is refused', (path) => {
    expect(() => parseFilter('DataProcessing.InputFilter', path)).toThrow(
      /supports DataProcessing.InputFilter = \$, \$\.name/,
    );
  });

  test('a member that is missing is an error, and inherited names are not members', () => {
    expect(() => apply('$.b', '{"a":1}')).toThrow('the filter $.b finds no "b" in {"a":1}');
    expect(() => apply('$.constructor', '{"a":1}')).toThrow(/finds no "constructor"/);
    expect(() => apply('$.a', '5')).toThrow(/finds no "a" in 5/);
  });

  test('an object gets its prediction as a member; anything else is wrapped', () => {
    const join = (text: string) => stringify(joined(parseLossless(text), 7));
    expect(join('{"id":1}')).toBe('{"id":1,"SageMakerOutput":7}');
    expect(join('[1,2]')).toBe('{"SageMakerInput":[1,2],"SageMakerOutput":7}');
    expect(join('3.0')).toBe('{"SageMakerInput":3.0,"SageMakerOutput":7}');
  });
});

describe('batches', () => {
  async function* records(...payloads: string[]) {
    for (const payload of payloads) yield { source: payload, payload };
  }
  const cut = async (strategy: 'SingleRecord' | 'MultiRecord', max: number, ...payloads: string[]) => {
    const found: string[][] = [];
    for await (const batch of batches(records(...payloads), strategy, max)) {
      found.push(batch.map(({ payload }) => payload));
    }
    return found;
  };

  test('as many as fit, newlines counted', async () => {
    expect(await cut('MultiRecord', 5, 'ab', 'cd', 'e')).toEqual([['ab', 'cd'], ['e']]);
    expect(await cut('MultiRecord', 4, 'ab', 'cd', 'e')).toEqual([['ab'], ['cd', 'e']]);
    expect(await cut('MultiRecord', 5)).toEqual([]);
  });
  test('one at a time', async () => {
    expect(await cut('SingleRecord', 100, 'a', 'b')).toEqual([['a'], ['b']]);
  });
  test('bytes count, not characters; a record that is too large is an error', async () => {
    expect(await cut('MultiRecord', 5, 'é', 'é')).toEqual([['é', 'é']]);
    await expect(cut('MultiRecord', 5, 'ééé')).rejects.toThrow(/a record has 6 bytes, MaxPayloadInMB allows 5/);
  });
});

describe('transformFile', () => {
  let files = 0;
  /** The model echoes, in upper case. */
  const run = async (
    input: string,
    request: CreateTransformJobRequest,
    answer = (text: string) => text.toUpperCase(),
  ) => {
    const [from, to] = [join(directory, `in-${++files}`), join(directory, `out-${files}`)];
    writeFileSync(from, input);
    const asked: string[] = [];
    await transformFile(request, from, to, async (payload) => {
      asked.push(payload.toString());
      return Buffer.from(answer(payload.toString()));
    });
    return { asked, output: readFileSync(to, 'utf8') };
  };
  const request = (split: 'None' | 'Line', assemble: 'None' | 'Line', more: object = {}): CreateTransformJobRequest =>
    ({
      TransformInput: { SplitType: split, ContentType: 'application/jsonlines' },
      TransformOutput: { AssembleWith: assemble },
      ...more,
    }) as CreateTransformJobRequest;

  test('a whole file is one request', async () => {
    expect(await run('a\n\nb\n', request('None', 'None'))).toEqual({ asked: ['a\n\nb\n'], output: 'A\n\nB\n' });
  });
  test('lines are assembled with a newline each, whatever ends the input', async () => {
    for (const input of ['a\nb', 'a\nb\n', 'a\r\nb\r\n']) {
      expect(await run(input, request('Line', 'Line'))).toEqual({ asked: ['a\nb'], output: 'A\nB\n' });
    }
    const single = await run('a\nb', request('Line', 'Line', { BatchStrategy: 'SingleRecord' }));
    expect(single).toEqual({ asked: ['a', 'b'], output: 'A\nB\n' });
  });
  test('without assembling, answers follow each other as they are', async () => {
    expect((await run('a\nb', request('Line', 'None', { BatchStrategy: 'SingleRecord' }))).output).toBe('AB');
  });
  test('an empty file gives an empty file', async () => {
    expect(await run('', request('Line', 'Line'))).toEqual({ asked: [], output: '' });
  });
  test('the model sees the filtered member only, with its numbers as they were written', async () => {
    const DataProcessing = { InputFilter: '$.f', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" };
    const result = await run(
      '{"id": "1", "f": {"x": 1.0}}\n',
      request('Line', 'Line', { DataProcessing }),
      () => '{"p": 2.50}',
    );
    expect(result).toEqual({ asked: ['{"x":1.0}'], output: '{"id":"1","SageMakerOutput":{"p":2.50}}\n' });
  });
  test('fewer or more answers than records are an error', async () => {
    await expect(run('a\nb', request('Line', 'Line'), () => 'A')).rejects.toThrow(/1 lines for 2 records/);
    await expect(run('a', request('Line', 'Line'), () => 'A\nB')).rejects.toThrow(/2 lines for 1 records/);
    await expect(run('a', request('Line', 'Line'), () => '')).rejects.toThrow(/0 lines for 1 records/);
  });
  test('a file beyond the payload is an error', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1);
    await expect(run(large, request('None', 'None', { MaxPayloadInMB: 1 }))).rejects.toThrow(
      /Max payload exceeded: the file has 1048577/,
    );
  });
});
