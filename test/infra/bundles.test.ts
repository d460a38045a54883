import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleFunctions } from '../../infra/assets.ts';
import { functionNames, resources, statements, synthesize } from './synth.ts';

/** A service's prefix in IAM (or an action, where that is another client's), and the class of its client; bundling keeps names. */
const CLIENTS: Record<string, string> = {
  cloudwatch: 'CloudWatchClient',
  dynamodb: 'DynamoDBClient',
  events: 'EventBridgeClient',
  s3: 'S3Client',
  'sagemaker:InvokeEndpoint': 'SageMakerRuntimeClient',
  sagemaker: 'SageMakerClient',
  sns: 'SNSClient',
  states: 'SFNClient',
};
/** Credentials are looked up by these, in every client. */
const OF_EVERY_CLIENT = ['SSOClient', 'SSOOIDCClient', 'STSClient', 'SigninClient', 'DynamoDBDocumentClient'];
const KB = 1024;
/** Vega weighs as much as all else in a bundle. */
const DRAWS = 'write-report';

describe('a function’s bundle', () => {
  const { pipelines } = synthesize('dev');
  const bundles = new Map<string, string>();

  beforeAll(async () => {
    const directory = await bundleFunctions(join(mkdtempSync(join(tmpdir(), 'modelloop-bundles-')), 'functions'));
    for (const name of functionNames()) bundles.set(name, readFileSync(join(directory, name, 'index.mjs'), 'utf8'));
  });

  const bundle = (name: string): string => {
    const text = bundles.get(name);
    if (text === undefined) throw new Error(`${name} was not bundled`);
    return text;
  };

  /** Clients that the role of a function has an action for, of those that a port stands for. */
  const allowedClients = (name: string): string[] => {
    const [, lambda] =
      resources(pipelines, 'AWS::Lambda::Function').find(
        ([, f]) => f.Properties.FunctionName === `modelloop-dev-${name}`,
      ) ?? [];
    const role = lambda?.Properties.Role['Fn::GetAtt'][0];
    const policies = resources(pipelines, 'AWS::IAM::Policy').filter(([, p]) => p.Properties.Roles[0].Ref === role);
    const ids = new Set(policies.map(([id]) => id));
    const actions = statements(pipelines)
      .filter(({ at, statement }) => ids.has(at) && statement.Effect === 'Allow')
      .flatMap(({ statement }) => statement.Action as string | string[]);
    const clients = actions.flatMap((action) => CLIENTS[action] ?? CLIENTS[action.split(':')[0] ?? ''] ?? []);
    return [...new Set(clients)].sort();
  };

  test.each(functionNames())('%s has a client for each service that its role may call, and for no other', (name) => {
    const classes = new Set(Array.from(bundle(name).matchAll(/\b(\w+Client)=class\b/g), ([, c]) => c ?? ''));
    const own = [...classes].filter((c) => !OF_EVERY_CLIENT.includes(c));
    expect(own.sort()).toEqual(allowedClients(name));
  });

  test('holds what draws charts only where reports are drawn', () => {
    const drawing = functionNames().filter((name) => bundle(name).includes('vega.github.io'));
    expect(drawing).toEqual([DRAWS]);
  });

  test('is small: every byte is read at a cold start', () => {
    for (const name of functionNames().filter((n) => n !== DRAWS))
      expect(bundle(name).length, name).toBeLessThan(1500 * KB);
    expect(bundle(DRAWS).length).toBeLessThan(2500 * KB);
    // The least that a function holds: one small client, the logger, the middleware and the schemas.
    expect(bundle('first-beat').length).toBeLessThan(800 * KB);
  });
});
