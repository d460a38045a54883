import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { localDirectory } from '../../infra/local/cloud-state.ts';
import { preparePython, venvDirectory } from '../../infra/local/python.ts';
import { company } from './company.ts';
import { assemble } from './synth.ts';

/** CDK's own ways: W3005, it names dependencies that a reference implies; W3694, it writes Fn::Join rather than Fn::Sub. */
const IGNORED = ['W3005', 'W3694'];

/** @returns what cfn-lint says of these templates, a line each */
async function lint(files: readonly string[]): Promise<string[]> {
  const args = ['--format', 'parseable', '--ignore-checks', ...IGNORED, '--template', ...files];
  const run = promisify(execFile)(join(venvDirectory, 'bin', 'cfn-lint'), args, { maxBuffer: 64 * 1024 * 1024 });
  // It ends with a code of its own when it finds something; without output it did not run at all.
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    if (!error.stdout) throw error;
    return { stdout: error.stdout };
  });
  return stdout.split('\n').filter((line) => line !== '');
}

beforeAll(async () => {
  await preparePython({ log: join(localDirectory(), 'logs', 'setup.log'), report: () => undefined });
});

test('cfn-lint finds nothing in the templates', async () => {
  const files = ['local', 'dev', company()].flatMap((stage) => assemble(stage).files());
  expect(files).toHaveLength(10);
  expect(await lint(files)).toEqual([]);
});

test('the gate finds what is planted: an unknown property, a value out of range, a reference to nothing', async () => {
  const file =
    assemble('dev')
      .files()
      .find((f) => f.includes('-repositories.')) ?? '';
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const queue = (Properties: object) => ({ Type: 'AWS::SQS::Queue', Properties });
  Object.assign(template.Resources, {
    Unknown: queue({ Retention: 5 }),
    Range: queue({ DelaySeconds: 5000 }),
    Reference: queue({ QueueName: { Ref: 'Nobody' } }),
  });
  writeFileSync(file, JSON.stringify(template));
  const found = (await lint([file])).join('\n');
  for (const rule of ['E3002', 'E3034', 'E1020']) expect(found).toContain(`:${rule}:`);
});
