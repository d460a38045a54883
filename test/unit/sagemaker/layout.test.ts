import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filesOf, packDirectory, unpackArchive } from '../../../infra/local/sagemaker/archive.ts';
import { capturePath, captureRecord } from '../../../infra/local/sagemaker/capture/capture-record.ts';
import { below, parseS3Uri } from '../../../infra/local/sagemaker/cloud/ports.ts';
import { requireKnownImage, resolvedImage } from '../../../infra/local/sagemaker/image.ts';
import { parseManifest, relativeTo } from '../../../infra/local/sagemaker/inputs.ts';
import { resourceArn } from '../../../infra/local/sagemaker/resources.ts';
import { readSettings } from '../../../infra/local/sagemaker/settings.ts';
import { inputDataConfig } from '../../../infra/local/sagemaker/training/layout.ts';

const directory = mkdtempSync(join(tmpdir(), 'modelloop-layout-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('places in S3', () => {
  test('an output path may end with a slash or not', () => {
    expect(below('s3://b/a', 'x')).toEqual({ bucket: 'b', key: 'a/x' });
    expect(below('s3://b/a/', 'x')).toEqual({ bucket: 'b', key: 'a/x' });
    expect(below('s3://b', 'x')).toEqual({ bucket: 'b', key: 'x' });
    expect(() => parseS3Uri('https://b/a')).toThrow('not an S3 URI: https://b/a');
  });
  test.each([
    ['a/', 'a/x/y.csv', 'x/y.csv'],
    ['a/y.csv', 'a/y.csv', 'y.csv'],
    ['a/part-', 'a/part-1.csv', 'part-1.csv'],
    ['', 'y.csv', 'y.csv'],
    ['a', 'a/x/y.csv', 'x/y.csv'],
    ['a/b', 'a/b/y.csv', 'y.csv'],
    ['a/b', 'a/bc/y.csv', 'bc/y.csv'],
  ])('below %j, %j is %j', (prefix, key, relative) => expect(relativeTo(prefix, key)).toBe(relative));
  test('a manifest is a prefix and paths', () => {
    const [first, second] = parseManifest('[{"prefix":"s3://b/p/"},"x.csv","d/y.csv"]', 's3://b/m');
    expect(first).toEqual({ bucket: 'b', key: 'p/x.csv', relative: 'x.csv' });
    expect(second).toEqual({ bucket: 'b', key: 'p/d/y.csv', relative: 'd/y.csv' });
  });
  test.each(['{', '{}', '[]', '[{"prefix":"s3://b/"}]', '["x"]', '[{"prefix":"s3://b/"}, 1]'])(
    '%s is no manifest',
    (text) => {
      expect(() => parseManifest(text, 's3://b/m')).toThrow(
        /^ClientError: Data download failed:the manifest s3:\/\/b\/m is not/,
      );
    },
  );
});

describe('names', () => {
  test('ARNs are as AWS writes them', () => {
    const place = { account: '123456789012', region: 'eu-central-1' };
    expect(resourceArn(place, 'endpoint-config', 'My-Config')).toBe(
      'arn:aws:sagemaker:eu-central-1:123456789012:endpoint-config/my-config',
    );
  });
  test('one image is known, from any registry', () => {
    requireKnownImage('Image', '1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0');
    for (const image of [
      'sagemaker-xgboost:3.2-0',
      'r/sagemaker-xgboost:1.7-1',
      'r/sagemaker-xgboost:3.2-0-gpu',
      'r/x/sagemaker-xgboost:3.2-0',
      undefined,
    ]) {
      expect(() => requireKnownImage('Image', image), String(image)).toThrow(
        /^local SageMaker runs sagemaker-xgboost:3\.2-0 only, not /,
      );
    }
    expect(resolvedImage('r/sagemaker-xgboost:3.2-0', 'ab')).toBe('r/sagemaker-xgboost@sha256:ab');
  });
  test('a missing setting is named', () => {
    expect(() => readSettings({})).toThrow(/^MODELLOOP_SAGEMAKER_PORT is not set/);
    expect(() => readSettings({ MODELLOOP_SAGEMAKER_PORT: 'x' })).toThrow(/is not a port: x/);
  });
});

describe('archives', () => {
  test('the same content gives the same bytes, whenever it was written', async () => {
    const [a = '', b = ''] = ['a', 'b'].map((name) => join(directory, name));
    for (const [i, root] of [a, b].entries()) {
      mkdirSync(join(root, 'code'), { recursive: true });
      const files = ['model.json', 'code/x.py'];
      for (const file of i === 0 ? files : files.reverse()) {
        writeFileSync(join(root, file), file);
        utimesSync(join(root, file), i, i);
      }
      await packDirectory(root, `${root}.tgz`);
    }
    expect(readFileSync(`${a}.tgz`).equals(readFileSync(`${b}.tgz`))).toBe(true);
    mkdirSync(join(directory, 'c'));
    await unpackArchive(`${a}.tgz`, join(directory, 'c'));
    expect(await filesOf(join(directory, 'c'))).toEqual(['code/x.py', 'model.json']);
  });
  test('nothing at all can be packed too', async () => {
    mkdirSync(join(directory, 'empty'));
    await packDirectory(join(directory, 'empty'), join(directory, 'empty.tgz'));
    mkdirSync(join(directory, 'unpacked'));
    await unpackArchive(join(directory, 'empty.tgz'), join(directory, 'unpacked'));
    expect(await filesOf(join(directory, 'unpacked'))).toEqual([]);
  });
});

describe('configuration of a container', () => {
  test('channels', () => {
    expect(inputDataConfig([{ ChannelName: 'train', ContentType: 'text/csv', DataSource: {} }])).toEqual({
      train: {
        ContentType: 'text/csv',
        TrainingInputMode: 'File',
        S3DistributionType: 'FullyReplicated',
        RecordWrapperType: 'None',
      },
    });
  });
});

describe('capture', () => {
  const time = new Date('2026-01-02T03:04:05.006Z');
  test('its path', () => {
    expect(capturePath({ endpoint: 'e', variant: 'live' }, time)).toMatch(
      /^e\/live\/2026\/01\/02\/03\/04-05-006-[0-9a-f-]{36}\.jsonl$/,
    );
  });
  test('only the sides asked for; base64 unless the content type is named', () => {
    const side = (contentType: string, body: string) => ({ contentType, body: Buffer.from(body) });
    const config = {
      InitialSamplingPercentage: 100,
      DestinationS3Uri: 's3://b',
      CaptureOptions: [{ CaptureMode: 'Input' as const }],
      CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
    };
    const record = (input: ReturnType<typeof side>) =>
      captureRecord(config, { input, output: side('text/csv', '1'), time });
    expect(record(side('text/csv; charset=utf-8', '1,2'))).toMatchObject({
      captureData: {
        endpointInput: { observedContentType: 'text/csv; charset=utf-8', mode: 'INPUT', data: '1,2', encoding: 'CSV' },
      },
      eventMetadata: { inferenceTime: '2026-01-02T03:04:05Z' },
    });
    expect(record(side('application/json', '{}'))).toMatchObject({
      captureData: { endpointInput: { data: 'e30=', encoding: 'BASE64' } },
    });
    expect(JSON.stringify(record(side('text/csv', '1')))).not.toContain('endpointOutput');
  });
});
