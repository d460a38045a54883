import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pageIn, receivedPages } from '../../../infra/local/pages.ts';

const directory = mkdtempSync(join(tmpdir(), 'pages-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const envelope = {
  ...{ Type: 'Notification', MessageId: 'm', Timestamp: '2026-01-01T00:00:00.000Z', Subject: 'PAGE x: drift (local)' },
  ...{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:modelloop-local-x-page', Message: 'text\n' },
};

it('a page is read as SNS wraps it, with what it is about', () => {
  const MessageAttributes = { kind: { Type: 'String', Value: 'drift' }, state: { Type: 'String', Value: 'ALARM' } };
  expect(pageIn(JSON.stringify({ ...envelope, MessageAttributes }))).toEqual({
    ...{ at: '2026-01-01T00:00:00.000Z', topic: 'modelloop-local-x-page', subject: 'PAGE x: drift (local)' },
    ...{ text: 'text\n', kind: 'drift', state: 'ALARM' },
  });
});

it('an alarm that came the direct way has no kind', () => {
  expect(pageIn(JSON.stringify(envelope))).not.toHaveProperty('kind');
});

it('pages that were taken are there again, in order; before the first there are none', () => {
  expect(receivedPages(directory)).toEqual([]);
  writeFileSync(join(directory, 'pages.jsonl'), '{"at":"1"}\n{"at":"2"}\n');
  expect(receivedPages(directory).map((p) => p.at)).toEqual(['1', '2']);
});
