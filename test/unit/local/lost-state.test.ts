import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { putAsideLostState } from '../../../infra/local/lost-state.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'modelloop-lost-'));
});
const bucket = (name: string) => mkdirSync(join(directory, 'state/s3/000000000000', name), { recursive: true });
const stacks = (content: string) => {
  mkdirSync(join(directory, 'state/aws'), { recursive: true });
  writeFileSync(join(directory, 'state/aws/cloudformation.json'), content);
};

test('the bucket of the bootstrap without its stack: put aside, also a second time', () => {
  for (const _ of [1, 2]) {
    bucket('cdk-hnb659fds-assets-000000000000-us-east-1');
    stacks('{"payload": {}}');
    expect(putAsideLostState(directory)).toBe(join(directory, 'state.lost'));
    expect(existsSync(join(directory, 'state'))).toBe(false);
    expect(existsSync(join(directory, 'state.lost/s3'))).toBe(true);
  }
});

test('nothing is touched when the stack is known', () => {
  bucket('cdk-hnb659fds-assets-000000000000-us-east-1');
  stacks('{"payload": {"stacks": {"CDKToolkit": {}}}}');
  expect(putAsideLostState(directory)).toBeUndefined();
  expect(existsSync(join(directory, 'state/s3'))).toBe(true);
});

test('nothing is touched where nothing was bootstrapped', () => {
  expect(putAsideLostState(directory)).toBeUndefined();
  bucket('my-own');
  expect(putAsideLostState(directory)).toBeUndefined();
  expect(existsSync(join(directory, 'state/s3'))).toBe(true);
});
