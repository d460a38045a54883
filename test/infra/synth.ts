import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { type StageSettings, settingsOf } from '../../infra/config.ts';
import { addStacks } from '../../infra/stacks.ts';
import type { Operations } from '../../shared/domain/definition/model-definition.ts';

/** Synthesis without the slow parts: what the functions hold does not matter to the template. */

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON, and these tests look deep into it.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export const functionNames = (): string[] =>
  readdirSync(new URL('../../functions', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts'))
    .map((f) => basename(f, '.ts'));

const image = 'sagemaker-xgboost:3.2-0';
const operations: Operations = {
  owner: 'somebody',
  schedules: { drift: 'rate(6 hours)' },
  paging: { email: ['on-call@example.com'], https: [], latencyMilliseconds: 1000 },
};

/** With the same feature flags as `cdk synth`. */
const CONTEXT = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;

const PARTS = ['repositories', 'pipelines', 'model'] as const;
export type Part = (typeof PARTS)[number];

export interface Assembly {
  readonly app: App;
  readonly stack: (part: Part) => Stack;
  /** By the end of its name, which is no part of every stage. */
  readonly findStack: (name: string) => Stack;
  readonly template: (part: Part) => Template;
  readonly templates: () => Template[];
  /** Of all templates, on disk. */
  readonly files: () => string[];
}

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** @param plant changes the app before it is synthesized: the gates must find what it does */
export function assemble(
  stage: string | StageSettings,
  plant: (stack: Assembly['stack']) => void = () => {},
  models: readonly string[] = ['some-model'],
): Assembly {
  const settings = typeof stage === 'string' ? settingsOf(stage) : stage;
  const directory = mkdtempSync(join(tmpdir(), 'modelloop-synth-'));
  made.push(directory);
  const bundle = join(directory, 'bundle.tar.gz');
  writeFileSync(bundle, settings.stage);
  for (const fn of functionNames()) {
    mkdirSync(join(directory, 'functions', fn), { recursive: true });
    writeFileSync(join(directory, 'functions', fn, 'index.mjs'), 'export const handler = () => {};');
  }
  mkdirSync(join(directory, 'layer'));
  writeFileSync(join(directory, 'layer', 'file'), '');
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, context: CONTEXT });
  addStacks(app, {
    settings,
    bundles: join(directory, 'functions'),
    duckdbLayer: join(directory, 'layer'),
    models: models.map((model) => ({
      model,
      path: bundle,
      treeHash: 'f'.repeat(64),
      image,
      operations,
      serverless: false,
    })),
  });
  const findStack = (name: string) => app.node.findChild(`modelloop-${settings.stage}-${name}`) as Stack;
  const stack = (part: Part) => findStack(part === 'model' ? 'model-some-model' : part);
  const template = (part: Part) => Template.fromStack(stack(part));
  plant(stack);
  return {
    app,
    stack,
    findStack,
    template,
    templates: () => PARTS.map(template),
    files: () => {
      app.synth();
      return readdirSync(outdir)
        .filter((f) => f.endsWith('.template.json'))
        .map((f) => join(outdir, f));
    },
  };
}

export function synthesize(stage: string | StageSettings): Record<Part, Template> {
  const { template } = assemble(stage);
  return { repositories: template('repositories'), pipelines: template('pipelines'), model: template('model') };
}

export const resources = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];

/** Every statement of every policy in a template, with where it stands. */
export function statements(template: Template): { at: string; statement: Record<string, unknown> }[] {
  const all: { at: string; statement: Record<string, unknown> }[] = [];
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'])
    for (const [id, r] of resources(template, type))
      for (const statement of r.Properties.PolicyDocument.Statement) all.push({ at: id, statement });
  for (const [id, r] of resources(template, 'AWS::IAM::Role'))
    for (const policy of r.Properties.Policies ?? [])
      for (const statement of policy.PolicyDocument.Statement) all.push({ at: id, statement });
  return all;
}

/** A state machine's definition, with `arn` wherever CloudFormation would put a value. */
export function definitions(template: Template): [string, Record<string, unknown>][] {
  return resources(template, 'AWS::StepFunctions::StateMachine').map(([id, r]) => {
    const text = r.Properties.DefinitionString;
    const joined =
      typeof text === 'string'
        ? text
        : text['Fn::Join'][1]
            .map((part: unknown) =>
              typeof part === 'string' ? part : 'arn:aws:lambda:eu-west-1:111122223333:function:f',
            )
            .join('');
    return [id, JSON.parse(joined)];
  });
}
