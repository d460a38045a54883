import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };

const checkout = resolve(import.meta.dirname, '../../..');
const binary = join(checkout, 'cli/bin/modelloop.js');
const empty = mkdtempSync(join(tmpdir(), 'modelloop-cli-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** The real command as a process, in a place without a local cloud and without AWS configuration. */
async function modelloop(
  args: readonly string[],
  env: Record<string, string> = {},
  script = binary,
  node = process.execPath,
) {
  const child = spawn(node, [script, ...args], {
    env: { PATH: process.env.PATH, HOME: empty, MODELLOOP_LOCAL_DIR: empty, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** A Node of this machine, outside the checkout, that cannot run the command itself. */
const olderNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((node) => existsSync(node) && Number(execFileSync(node, ['-p', 'parseInt(process.versions.node)'])) < 22);

describe('the modelloop process', { timeout: 30_000 }, () => {
  it('says its version', async () =>
    expect(await modelloop(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' }));

  it('refuses to guess a stage, and says what to do', async () => {
    const { code, stdout, stderr } = await modelloop(['status']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('modelloop local up');
    expect(stderr).toContain('--stage dev');
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('says that the local cloud is not running when that is the stage asked for', async () => {
    const { code, stderr } = await modelloop(['status'], { MODELLOOP_STAGE: 'local' });
    expect(code).toBe(4);
    expect(stderr).toContain('modelloop local up');
  });

  it('refuses a stage name that cannot be one', async () =>
    expect((await modelloop(['status', '--stage', 'Dev/1'])).code).toBe(2));

  it('asks for a region when AWS is meant and none is configured', async () => {
    const { code, stderr } = await modelloop(['status', '--stage', 'dev']);
    expect(code).toBe(2);
    expect(stderr).toContain('AWS_REGION');
  });

  it('exits with 4 without credentials', async () => {
    const { code, stderr } = await modelloop(['status', '--stage', 'dev'], { AWS_REGION: 'eu-west-1' });
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('no AWS credentials were found for stage dev');
  });

  it('exits with 4 when nobody answers', async () => {
    const { code, stderr } = await modelloop(['status', '--stage', 'dev'], {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
    });
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('cannot reach stage dev');
  });

  it.skipIf(!olderNode)(
    'started by an older Node, which is there, hands over with arguments, output and exit code',
    async () => {
      expect(await modelloop(['--version'], {}, binary, olderNode)).toEqual({
        code: 0,
        stdout: `${packageJson.version}\n`,
        stderr: '',
      });
      expect((await modelloop(['status'], {}, binary, olderNode)).code).toBe(2);
    },
  );

  it('says which command installs what is missing', async () => {
    const lonely = join(empty, 'cli/bin/modelloop.js');
    mkdirSync(join(empty, 'cli/bin'), { recursive: true });
    copyFileSync(binary, lonely);
    copyFileSync(join(checkout, 'package.json'), join(empty, 'package.json'));
    const { code, stderr } = await modelloop(['status'], {}, lonely);
    expect(code).toBe(2);
    expect(stderr).toContain('npm ci');
  });
});
