import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { readCompanySettings } from '../../infra/company-settings.ts';
import { parseCompanySettings, type StageSettings, settingsOf } from '../../infra/config.ts';
import { ModelStack } from '../../infra/model-stack.ts';
import { addStacks } from '../../infra/stacks.ts';
import type { Operations } from '../../shared/domain/definition/model-definition.ts';
import { COMPANY, company } from './company.ts';
import { alarmsCanBeEvaluated } from './contracts/alarms.ts';
import { CONTRACTS } from './contracts/all.ts';
import type { TemplateJson } from './contracts/template.ts';
import { assemble, definitions, resources } from './synth.ts';

const withAll = assemble(company());
const chat = Template.fromStack(withAll.findStack('chat'));
const acme = [...withAll.templates(), chat];
const dev = assemble('dev').templates();
const text = (templates: readonly Template[]) => templates.map((t) => JSON.stringify(t.toJSON())).join('\n');
const all = (templates: readonly Template[], type: string) =>
  templates.flatMap((t) => resources(t, type).map(([, r]) => r.Properties));

describe('what a company sets is in its templates, and in nobody else’s:', () => {
  test('the permissions boundary, on every role', () => {
    const roles = all(acme, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(20);
    for (const role of roles) expect(role.PermissionsBoundary).toBe(COMPANY.permissionsBoundary);
    expect(text(dev)).not.toContain('PermissionsBoundary');
  });

  test('the tags, on all that can be tagged', () => {
    const tags = Object.entries(COMPANY.tags).map(([Key, Value]) => ({ Key, Value }));
    for (const type of [
      'AWS::S3::Bucket',
      'AWS::Lambda::Function',
      'AWS::SQS::Queue',
      'AWS::SNS::Topic',
      'AWS::IAM::Role',
    ])
      for (const { Tags } of all(acme, type)) expect(Tags, type).toEqual(expect.arrayContaining(tags));
    for (const { Tags } of all(acme, 'AWS::StepFunctions::StateMachine'))
      expect(Tags).toEqual(expect.arrayContaining(tags));
    expect(withAll.stack('pipelines').tags.tagValues()).toMatchObject(COMPANY.tags);
    expect(text(dev)).not.toContain('cost-center');
  });

  test('the network: every function, and what SageMaker is asked for', () => {
    const vpc = { SubnetIds: COMPANY.network.subnets, SecurityGroupIds: COMPANY.network.securityGroups };
    const functions = all(acme, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(20);
    for (const { VpcConfig } of functions) expect(VpcConfig).toEqual(vpc);
    const machines = JSON.stringify(definitions(withAll.template('pipelines')));
    expect(machines).toContain('"VpcConfig.$":"$.request.VpcConfig"');
    expect(machines).toContain('"VpcConfig.$":"$.selected.model.VpcConfig"');
    const sageMaker = resources(withAll.template('model'), 'AWS::IAM::Policy').filter(([, p]) =>
      JSON.stringify(p).includes('ec2:CreateNetworkInterfacePermission'),
    );
    expect(sageMaker).toHaveLength(2);
    expect(text(dev)).not.toMatch(/VpcConfig|ec2:/);
  });

  test('what functions are told for what they make at run time', () => {
    const { network, tags } = COMPANY;
    for (const { Environment } of all(acme, 'AWS::Lambda::Function'))
      expect(JSON.parse(Environment.Variables.MODELLOOP_SETTINGS)).toEqual({ network, tags });
    expect(text(dev)).not.toContain('MODELLOOP_SETTINGS');
  });

  test('its keys, which get our aliases', () => {
    const aliases = Object.fromEntries(all(acme, 'AWS::KMS::Alias').map((a) => [a.AliasName, a.TargetKeyId]));
    expect(aliases).toEqual({
      'alias/modelloop-acme': COMPANY.keys.repositories,
      'alias/modelloop-acme-pages': COMPANY.keys.pages,
    });
    expect(all(acme, 'AWS::KMS::Key')).toEqual([]);
    expect(all(acme, 'AWS::DynamoDB::Table')[0].SSESpecification.KMSMasterKeyId).toBe(COMPANY.keys.repositories);
    expect(all(dev, 'AWS::KMS::Key')).toHaveLength(2);
  });

  test('an alias that moves to a key of one’s own stays the same resource', () => {
    const ids = (templates: readonly Template[]) =>
      templates.flatMap((t) => resources(t, 'AWS::KMS::Alias').map(([id]) => id));
    expect(ids(acme)).toEqual(ids(dev));
  });

  test('where pages go', () => {
    const targets = (templates: readonly Template[]) =>
      all(templates, 'AWS::SNS::Subscription').flatMap(({ Protocol, Endpoint }) =>
        Protocol === 'https' ? [Endpoint] : [],
      );
    expect(targets(acme)).toEqual(COMPANY.pageHttps);
    expect(all(acme, 'AWS::SNS::Subscription').map((s) => s.Endpoint)).toContain('platform@acme.example');
    expect(targets(dev)).toEqual([]);
  });

  test('where the pages of a model go that names nobody', () => {
    const targets = (paging: Partial<Operations['paging']>) => {
      const operations = {
        owner: 'o',
        schedules: {},
        paging: { email: [], https: [], latencyMilliseconds: 1, ...paging },
      };
      const bundle = { path: import.meta.filename, treeHash: 'f'.repeat(64) };
      const model = { model: 'm', image: 'sagemaker-xgboost:3.2-0', bundle, operations };
      const stack = new ModelStack(new App(), 'of-a-model', { settings: company(), ...model });
      return all([Template.fromStack(stack)], 'AWS::SNS::Subscription').map((s) => s.Endpoint);
    };
    expect(targets({})).toEqual([...COMPANY.pageEmail, ...COMPANY.pageHttps]);
    expect(targets({ email: ['owner@acme.example'] })).toEqual(['owner@acme.example']);
    expect(targets({ https: ['https://owner.acme.example'] })).toEqual(['https://owner.acme.example']);
  });

  test('its channels, which get the pages of everything and may do nothing', () => {
    for (const type of ['SlackChannelConfiguration', 'MicrosoftTeamsChannelConfiguration']) {
      const [channel] = all([chat], `AWS::Chatbot::${type}`);
      const topic = (name: string) => `arn:aws:sns:eu-west-1:210987654321:modelloop-acme-${name}`;
      expect(channel.SnsTopicArns).toEqual([topic('page'), topic('some-model-page')]);
      expect(channel.GuardrailPolicies).toEqual(['arn:aws:iam::aws:policy/AWSDenyAll']);
    }
    expect(all([chat], 'AWS::IAM::Policy')).toEqual([]);
    expect(() => assemble('dev').findStack('chat')).toThrow();
  });

  test('the bootstrap, the account and the region', () => {
    const { account, region, synthesizer } = withAll.stack('pipelines');
    expect({ account, region }).toEqual({ account: COMPANY.account, region: COMPANY.region });
    expect(synthesizer.bootstrapQualifier).toBe('acme1');
    expect(text(acme)).toContain('cdk-acme1-assets-');
    expect(text(acme)).not.toContain('hnb659fds');
    expect(text(dev)).toContain('cdk-hnb659fds-assets-');
  });

  test('protection from deletion', () => {
    expect(withAll.stack('repositories').terminationProtection).toBe(true);
    expect(all(acme, 'AWS::DynamoDB::Table')[0].DeletionProtectionEnabled).toBe(true);
    expect(all(dev, 'AWS::DynamoDB::Table')[0].DeletionProtectionEnabled).toBe(false);
  });
});

test.each(Object.entries(CONTRACTS))('with everything set, still: %s', (_, contract) => {
  const own = acme.flatMap((t) => contract(t.toJSON() as TemplateJson));
  // A key of the company's own is not in the template; docs/settings.md says what its policy needs.
  expect(own.filter((problem) => !/may not use its key$/.test(problem))).toEqual([]);
});

test('a stage with a network takes no model that is served without instances', () => {
  const models = [{ model: 'tiny', path: 'nowhere', treeHash: 'f'.repeat(64), image: 'none', serverless: true }];
  const inputs = { settings: company(), bundles: 'nowhere', duckdbLayer: 'nowhere', models };
  expect(() => addStacks(new App(), inputs)).toThrow(/stage "acme" has a network.*give tiny instances/);
});

describe('the company’s file', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'modelloop-settings-'));
  const file = (content: string) => {
    const root = folder();
    writeFileSync(join(root, 'modelloop.config.json'), content);
    return root;
  };

  test('changes a stage of ours where it says so, and adds others', () => {
    const found = readCompanySettings(
      file('{"stages": {"dev": {"logRetentionDays": 7}, "live": {"tags": {"a": "b"}}}}'),
    );
    expect(settingsOf('dev', found)).toEqual({ ...settingsOf('dev'), logRetentionDays: 7 });
    expect(settingsOf('live', found)).toMatchObject({ stage: 'live', tags: { a: 'b' } });
    expect(settingsOf('prod', found)).toEqual(settingsOf('prod'));
    expect(() => settingsOf('other', found)).toThrow('local, dev, prod, live');
  });

  test('need not be there, unless it is named', () => {
    expect(readCompanySettings(folder())).toEqual({ stages: {} });
    expect(() => readCompanySettings(folder(), 'mine.json')).toThrow(/mine\.json cannot be read/);
  });

  test.each([
    ['{"stages": {"local": {}}}', /stage "local" is the laptop/],
    ['{"stagess": {}}', /stagess/],
    ['{"stages"', /modelloop\.config\.json: .*JSON/],
  ])('is refused, by its name, when it holds %s', (content, says) => {
    const root = file(content);
    expect(() => readCompanySettings(root)).toThrow(says);
    expect(() => readCompanySettings(root)).toThrow(root);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ logRetention: 3 }, /logRetention/],
    [{ account: '12' }, /12 digits[\s\S]*account/],
    [{ account: '210987654321' }, /give account and region together/],
    [{ network: { subnets: [], securityGroups: ['sg-0c3d4e5f'] } }, /network\.subnets/],
    [{ tags: { 'aws:x': 'y' } }, /are reserved/],
    [{ permissionsBoundary: 'boundary' }, /ARN of a managed policy/],
    [{ keys: { pages: 'alias/mine' } }, /a key is named by its ARN/],
    [{ pageHttps: ['http://insecure.example'] }, /https:\/\//],
    [{ logRetentionDays: 45 }, /CloudWatch Logs keeps logs for .*30, 60.*logRetentionDays/s],
    [{ monitorSchedule: 'rate(3 days)' }, /at most rate\(56 hours\)/],
    [{ monitorSchedule: 'rate(57 hours)' }, /at most rate\(56 hours\)/],
    [{ monitorSchedule: 'rate(0 minutes)' }, /looks like rate\(1 hour\)/],
    [{ monitorSchedule: 'cron(0 6 * * ? *)' }, /looks like rate\(1 hour\)/],
    [{ tags: { 'cost!': '1' } }, /tags have letters/],
    [{ tags: { cost: '50%' } }, /tags have letters/],
    [{ tags: { 'AWS:x': 'y' } }, /are reserved/],
    [{ account: '210987654321', region: 'us-gov-west-1' }, /a region of the partition aws/],
    [{ account: '210987654321', region: 'cn-north-1' }, /a region of the partition aws/],
    [{ chat: { slack: { workspace: 'T0123456789', channel: '#alerts' } } }, /a channel is named by its id/],
    [{ chat: { slack: { workspace: 'acme', channel: 'C0123456789' } } }, /a workspace is named by its id/],
    [{ chat: { teams: { ...COMPANY.chat.teams, channel: 'Alerts' } } }, /19%3a/],
    [{ chat: { teams: { ...COMPANY.chat.teams, team: 'Forecasting' } } }, /named by their ids/],
  ])('is refused when a stage is %j', (settings, says) => {
    expect(() => settingsOf('dev', parseCompanySettings({ stages: { dev: settings } }))).toThrow(says);
  });
});

test('the slowest monitors that are taken have alarms that CloudWatch takes, and a shortest turn that the scheduler takes', () => {
  for (const monitorSchedule of ['rate(56 hours)', 'rate(1 minute)']) {
    const { templates } = assemble({ ...settingsOf('dev', { stages: { dev: { monitorSchedule } } }) });
    const problems = templates().flatMap((t) => alarmsCanBeEvaluated(t.toJSON() as TemplateJson));
    expect(problems, monitorSchedule).toEqual([]);
    for (const { Target } of all(templates(), 'AWS::Scheduler::Schedule'))
      expect(Target.RetryPolicy.MaximumEventAgeInSeconds).toSatisfy((s: number) => s >= 60 && s <= 86_400);
  }
});

test('logs are kept for as long as CloudWatch Logs can be told', () => {
  const taken = Array.from({ length: 10_000 }, (_, days) => days).filter((logRetentionDays) => {
    try {
      return settingsOf('dev', { stages: { dev: { logRetentionDays } } });
    } catch {
      return false;
    }
  });
  expect(taken).toEqual(Object.values(RetentionDays).filter((days) => typeof days === 'number'));
});

test('every setting is explained in docs/settings.md', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  const settings = Object.keys(company()) as (keyof StageSettings)[];
  for (const name of settings.filter((s) => s !== 'stage')) expect(page, name).toContain(`\`${name}\``);
});
