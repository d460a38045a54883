import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Captured } from '../../../infra/local/sagemaker/capture/capture-record.ts';
import { CaptureWriter } from '../../../infra/local/sagemaker/capture/capture-writer.ts';
import { Spool } from '../../../infra/local/sagemaker/capture/spool.ts';
import type { RoleSession, S3Location } from '../../../infra/local/sagemaker/cloud/ports.ts';

const config: DataCaptureConfig = {
  InitialSamplingPercentage: 50,
  DestinationS3Uri: 's3://b/captured',
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
};
const captured = (inferenceId: string, time = '2026-01-02T03:04:05.006Z'): Captured => {
  const side = { contentType: 'application/json', body: Buffer.from('{}') };
  return { input: side, output: side, inferenceId, time: new Date(time) };
};

describe('CaptureWriter', () => {
  let directory: string;
  let written: Map<string, string[]>;
  let refusing: boolean;
  let said: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'modelloop-capture-'));
    [written, refusing, said] = [new Map(), false, []];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const session = {
    async write({ key }: S3Location, body: string) {
      if (refusing) throw new Error('connection refused');
      written.set(
        key,
        body
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).eventMetadata.inferenceId),
      );
    },
  } as unknown as RoleSession;
  const writer = (random = 0) =>
    new CaptureWriter(
      session,
      config,
      { endpoint: 'e', variant: 'v' },
      new Spool(directory),
      (line) => said.push(line),
      () => random,
    );

  test('what is sampled is written at the end; each hour has a file of its own', async () => {
    const one = writer();
    for (const [id, time] of [
      ['a', '2026-01-02T03:59:59.999Z'],
      ['b', '2026-01-02T04:00:00.000Z'],
      ['c', '2026-01-02T04:00:01.000Z'],
    ] as const) {
      one.observe(captured(id, time));
    }
    await one.close();
    expect([...written].map(([key, ids]) => [key.slice(0, 'captured/e/v/2026/01/02/03'.length), ids])).toEqual([
      ['captured/e/v/2026/01/02/03', ['a']],
      ['captured/e/v/2026/01/02/04', ['b', 'c']],
    ]);
  });

  test('the sampling percentage is a share', async () => {
    for (const random of [0.49, 0.5]) {
      const one = writer(random);
      one.observe(captured(`at ${random}`));
      await one.close();
    }
    expect([...written.values()]).toEqual([['at 0.49']]);
  });

  test('what S3 does not take is kept on disk, and sent after a restart', async () => {
    refusing = true;
    const before = writer();
    before.observe(captured('kept'));
    await before.close();
    await writer().resend();
    expect(written.size).toBe(0);
    expect(said.join('\n')).toMatch(/1 records kept for later: connection refused\n.*still kept for later/);
    refusing = false;
    await writer().resend();
    await writer().resend();
    expect([...written.values()]).toEqual([['kept']]);
  });
});
