import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../../cli/cli.ts';
import { CommandError, EXIT } from '../../../cli/errors.ts';
import { type MemoryAccount, memoryAccount } from '../../../shared/adapters/memory/account.ts';
import type { Finding } from '../../../shared/domain/finding.ts';
import { MODEL_YAML } from '../../fixtures/model-yaml.ts';
import { historySession, json, modelloop, type Outcome } from './terminal.ts';

const PLACE = { stage: 'dev', account: '123456789012', region: 'eu-west-1' };
const BOOTSTRAP = {
  name: 'CDKToolkit',
  status: 'CREATE_COMPLETE',
  parameters: { Qualifier: 'hnb659fds' },
  outputs: { BootstrapVersion: '28' },
};

let account: MemoryAccount;
let session: Session;
let root: string;
beforeEach(async () => {
  account = memoryAccount();
  Object.assign(account.present, {
    stacks: [BOOTSTRAP],
    quotas: {
      sagemaker: {
        'ml.m5.large for training job usage': 4,
        'ml.m5.large for transform job usage': 4,
        'ml.m5.large for endpoint usage': 4,
      },
      lambda: { 'Concurrent executions': 1000 },
    },
  });
  const history = await historySession();
  session = { ...history, place: PLACE, ports: { ...history.ports, place: PLACE, account } };
  root = productFolder();
});

afterEach(() => vi.unstubAllEnvs());

/** A product's folder with one model, and versions of CDK as they are pinned. */
function productFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'modelloop-doctor-'));
  cpSync(new URL('../../../package.json', import.meta.url), join(folder, 'package.json'));
  for (const name of ['aws-cdk', 'aws-cdk-lib'])
    cpSync(
      new URL(`../../../node_modules/${name}/package.json`, import.meta.url),
      join(folder, 'node_modules', name, 'package.json'),
    );
  writeModel(folder, `${MODEL_YAML}operations: { owner: ops, paging: { email: [ops@example.com] } }\n`);
  settings(folder, { account: PLACE.account, region: PLACE.region, pageEmail: ['on-call@example.com'] });
  return folder;
}

function writeModel(folder: string, yaml: string): void {
  mkdirSync(join(folder, 'models', 'churn'), { recursive: true });
  writeFileSync(join(folder, 'models', 'churn', 'model.yaml'), yaml);
}

const settings = (folder: string, dev: object) =>
  writeFileSync(join(folder, 'modelloop.config.json'), JSON.stringify({ stages: { dev } }));

const doctor = (...args: string[]) =>
  modelloop(['doctor', '--stage', 'dev', '--json', ...args], { session, models: join(root, 'models') });
const findings = (outcome: Outcome) => (json(outcome) as { findings: Finding[] }).findings;
const found = async (check: string) => findings(await doctor()).find((f) => f.check === check);
const wrong = (outcome: Outcome) => findings(outcome).filter(({ status }) => status === 'mend');

// It asks Python and the AWS CLI for their versions, which takes a busy machine its time.
describe('doctor', { timeout: 30_000 }, () => {
  it('finds nothing to mend where all is there, and says what it cannot see', async () => {
    const outcome = await doctor();
    expect(wrong(outcome)).toEqual([]);
    expect(outcome.code).toBe(0);
    expect(
      findings(outcome)
        .filter((f) => f.status === 'unchecked')
        .map((f) => f.check),
    ).toEqual(['rights', 'other use']);
    expect(await found('image of churn')).toMatchObject({
      found: expect.stringContaining('.dkr.ecr.eu-west-1.amazonaws.com/'),
    });
  });

  it('exits with 1 when something must be mended, and says what to do about it', async () => {
    account.present.stacks = [];
    const outcome = await doctor();
    expect(outcome.code).toBe(1);
    expect(wrong(outcome)).toEqual([
      {
        check: 'bootstrap',
        status: 'mend',
        found: expect.stringContaining('hnb659fds'),
        todo: 'npx cdk bootstrap aws://123456789012/eu-west-1',
      },
    ]);
  });

  it('asks for the bootstrap of the qualifier that the settings name, and of a version that will do', async () => {
    settings(root, { bootstrapQualifier: 'acme1', pageEmail: ['a@example.com'] });
    expect(await found('bootstrap')).toMatchObject({
      status: 'mend',
      todo: expect.stringContaining('--qualifier acme1'),
    });
    account.present.stacks.push({
      ...BOOTSTRAP,
      name: 'acme',
      parameters: { Qualifier: 'acme1' },
      outputs: { BootstrapVersion: '5' },
    });
    expect(await found('bootstrap')).toMatchObject({ status: 'mend', found: 'acme is version 5, 6 is needed' });
  });

  it('holds the account against the settings', async () => {
    settings(root, { account: '999999999999', region: 'eu-west-1', pageEmail: ['a@example.com'] });
    expect(await found('account')).toMatchObject({ status: 'mend', found: expect.stringContaining('999999999999') });
  });

  it('names the quota that is too low, and one that cannot be read', async () => {
    account.present.quotas.sagemaker = { 'ml.m5.large for training job usage': 0, 'ml.m5.large for endpoint usage': 2 };
    const outcome = await doctor();
    expect(wrong(outcome).map((f) => f.check)).toEqual(['quota of sagemaker, ml.m5.large for training job usage']);
    expect(await found('quota of sagemaker, ml.m5.large for transform job usage')).toMatchObject({
      status: 'unchecked',
    });
    account.quotas = () => Promise.reject(new Error('UnknownOperation'));
    expect(await found('quota of lambda, Concurrent executions')).toMatchObject({
      status: 'unchecked',
      found: expect.stringContaining('UnknownOperation'),
    });
  });

  it('says who does not get pages: nobody named, or nobody who confirmed', async () => {
    settings(root, {});
    expect(await found('pages')).toMatchObject({ status: 'mend' });
    account.present.unconfirmed = { 'modelloop-dev-churn-page': ['late@example.com'], 'modelloop-dev-page': [] };
    expect(await found('pages to modelloop-dev-churn-page')).toMatchObject({
      status: 'mend',
      found: expect.stringContaining('late@example.com'),
    });
    expect(await found('pages to modelloop-dev-page')).toMatchObject({ status: 'ok' });
  });

  it('says of which model nobody is told', async () => {
    settings(root, {});
    expect(await found('pages of churn')).toBeUndefined();
    writeModel(root, MODEL_YAML);
    expect(await found('pages of churn')).toMatchObject({
      status: 'mend',
      todo: expect.stringContaining('operations.paging'),
    });
    for (const target of [
      { pageEmail: ['on-call@example.com'] },
      { pageHttps: ['https://on-call.example.com'] },
      { chat: { slack: { workspace: 'T1', channel: 'C1' } } },
    ]) {
      settings(root, target);
      expect(await found('pages of churn'), JSON.stringify(target)).toBeUndefined();
    }
  });

  it('sees a stack that takes no deployment any more', async () => {
    const stuck = { name: 'modelloop-dev-pipelines', status: 'UPDATE_ROLLBACK_FAILED', parameters: {}, outputs: {} };
    account.present.stacks.push(stuck);
    expect(await found('stacks')).toMatchObject({
      status: 'mend',
      found: expect.stringContaining('UPDATE_ROLLBACK_FAILED'),
    });
  });

  it('tells a wrong definition, a wrong setting, and a wrong CDK', async () => {
    writeModel(root, MODEL_YAML.replace('task:', 'tusk:'));
    settings(root, { logRetentionDays: 'long' });
    writeFileSync(join(root, 'node_modules/aws-cdk/package.json'), '{"version": "3.0.0"}');
    const told = Object.fromEntries(wrong(await doctor()).map((f) => [f.check, f.found]));
    expect(told['models/churn']).toContain('tusk');
    expect(told.settings).toContain('logRetentionDays');
    expect(told.CDK).toMatch(/aws-cdk is 3\.0\.0, .* is needed/);
  });

  it('without an account looks at this machine, tells what an account would need, and complains only when a stage was named', async () => {
    const outcome = await modelloop(['doctor', '--stage', 'nowhere'], { models: join(root, 'models') });
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/✓ CDK/);
    expect(outcome.stdout).toMatch(/✗ account: cannot reach stage nowhere/);
    expect(outcome.stdout).toMatch(
      /\? quota of sagemaker, ml\.m5\.large for training job usage: not checked: 1 needed/,
    );
  });

  it('takes a named stage without a region or credentials for something to mend, and no stage for nothing', async () => {
    const none = new CommandError(EXIT.usage, 'which region is stage dev in? None is configured');
    const unnamed = new CommandError(EXIT.usage, 'which stage? None was named and no local cloud is running');
    const at = { models: join(root, 'models') };
    const told = await modelloop(['doctor', '--stage', 'dev', '--json'], {
      ...at,
      connect: () => Promise.reject(none),
    });
    expect(wrong(told)).toEqual([{ check: 'account', status: 'mend', found: none.message }]);
    expect(told.code).toBe(1);
    const nobody = await modelloop(['doctor', '--json'], { ...at, connect: () => Promise.reject(unnamed) });
    expect(wrong(nobody)).toEqual([]);
  });

  it('looks for the aws command, and makes no fault of its absence', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'modelloop-bin-'));
    vi.stubEnv('PATH', bin);
    const outcome = await doctor();
    expect(findings(outcome).find((f) => f.check === 'AWS CLI')).toMatchObject({
      status: 'note',
      found: expect.stringContaining('docs/first-deployment.md'),
    });
    expect(outcome.code).toBe(0);
    writeFileSync(join(bin, 'aws'), '#!/bin/sh\necho aws-cli/2.31.0\n', { mode: 0o755 });
    expect(await found('AWS CLI')).toEqual({ check: 'AWS CLI', status: 'ok', found: 'aws-cli/2.31.0' });
  });

  it('on a screen, every line fits, and the last one says how it stands', async () => {
    account.present.stacks = [];
    const { stdout } = await modelloop(['doctor', '--stage', 'dev'], { session, models: join(root, 'models') });
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(lines.at(-1)).toBe('1 thing to fix; 2 things could not be checked');
  });
});
