import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataKeys, modelKeys } from '../../shared/domain/keys.ts';
import {
  type Access,
  accessPolicyName,
  bucketName,
  endpointName,
  modelRoleArn,
  type Place,
} from '../../shared/domain/names.ts';
import { assemble } from '../infra/synth.ts';
import { useCloud } from './cloud.ts';

/** Two models' roles and policies, as their templates make them, under enforced IAM: neither reaches what is the other's. */

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

let place: Place;
let leave: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  leave = await useCloud();
  const { Account = '' } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  place = { stage: 'dev', account: Account, region: await new S3Client({}).config.region() };
  await makeRolesAndPolicies(['ours', 'theirs']);
  const root = new S3Client({});
  for (const repository of ['data', 'model'] as const)
    await root.send(new CreateBucketCommand({ Bucket: bucketName(place, repository) }));
  for (const model of ['ours', 'theirs'])
    for (const key of [dataKeys.channel(model, 1, 'train'), `${dataKeys.report(model, 1)}.html`])
      await root.send(new PutObjectCommand({ Bucket: bucketName(place, 'data'), Key: key, Body: model }));
});
afterAll(() => leave());

/** What is of IAM in the models' stacks; the rest of them needs the rest of the installation. */
async function makeRolesAndPolicies(models: readonly string[]): Promise<void> {
  const { app, findStack } = assemble('dev', undefined, models);
  const assembly = app.synth();
  const client = new CloudFormationClient({});
  for (const model of models) {
    const { Resources } = assembly.getStackByName(findStack(`model-${model}`).stackName).template;
    const ofIam = Object.entries(Resources as Record<string, { Type: string }>).filter(([, r]) =>
      r.Type.startsWith('AWS::IAM::'),
    );
    const StackName = `access-${model}`;
    const TemplateBody = JSON.stringify({ Resources: Object.fromEntries(ofIam) });
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    await waitUntilStackCreateComplete({ client, maxWaitTime: 60 }, { StackName });
  }
}

async function role(model: string, use: 'training' | 'serving'): Promise<Credentials> {
  const asked = { RoleArn: modelRoleArn(place, model, use), RoleSessionName: 'contract' };
  const { Credentials: c } = await new STSClient({}).send(new AssumeRoleCommand(asked));
  return {
    accessKeyId: c?.AccessKeyId ?? '',
    secretAccessKey: c?.SecretAccessKey ?? '',
    sessionToken: c?.SessionToken ?? '',
  };
}

/** Somebody to whom the company gave one policy. */
async function user(model: string, access: Access): Promise<Credentials> {
  const iam = new IAMClient({});
  const UserName = `${model}-${access}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyArn = `arn:aws:iam::${place.account}:policy/${accessPolicyName(place, model, access)}`;
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

const as = (credentials: Credentials) => {
  const s3 = new S3Client({ credentials });
  const data = () => bucketName(place, 'data');
  return {
    read: async (Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket: data(), Key }))).Body?.transformToString(),
    list: async (Prefix: string) =>
      (await s3.send(new ListObjectsV2Command({ Bucket: data(), Prefix }))).Contents?.length,
    put: (Key: string, repository: 'data' | 'model' = 'data') =>
      s3.send(new PutObjectCommand({ Bucket: bucketName(place, repository), Key, Body: 'x' })),
    ask: (model: string) =>
      new SageMakerRuntimeClient({ credentials }).send(
        new InvokeEndpointCommand({ EndpointName: endpointName(place, model), Body: '{}' }),
      ),
  };
};

const denied = (attempt: Promise<unknown>) =>
  expect(attempt).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied(Exception)?$/) });

test.each(['training', 'serving'] as const)(
  'a model’s %s role reads and lists its own rows, and no other model’s',
  async (use) => {
    const { read, list } = as(await role('ours', use));
    expect(await read(dataKeys.channel('ours', 1, 'train'))).toBe('ours');
    expect(await list('runs/ours/')).toBe(1);
    await denied(read(dataKeys.channel('theirs', 1, 'train')));
    await denied(list('runs/theirs/'));
    await denied(list(''));
    // It is there, for whom it is meant.
    expect(await as(await role('theirs', use)).read(dataKeys.channel('theirs', 1, 'train'))).toBe('theirs');
  },
);

test('a model’s training role writes its own artefacts, and no other model’s', async () => {
  const { put } = as(await role('ours', 'training'));
  await put(modelKeys.artifact('ours', 'job'), 'model');
  await denied(put(modelKeys.artifact('theirs', 'job'), 'model'));
});

describe('whoever has the policy of', () => {
  test('an uploader puts data of this model, and can do nothing else', async () => {
    const { put, read } = as(await user('ours', 'uploader'));
    await put('in/ours/january.csv');
    await denied(put('in/theirs/january.csv'));
    await denied(put('parts/ours/x'));
    await denied(read('in/ours/january.csv'));
  });

  test('a caller asks this model’s endpoint, and no other', async () => {
    const { ask, put } = as(await user('ours', 'caller'));
    // Let through: nothing has been deployed yet.
    await expect(ask('ours')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('not found'),
    });
    await denied(ask('theirs'));
    await denied(put('in/ours/february.csv'));
  });

  test('a viewer reads this model’s reports, and no other’s, nor its rows', async () => {
    const { read, put, ask } = as(await user('ours', 'viewer'));
    expect(await read(`${dataKeys.report('ours', 1)}.html`)).toBe('ours');
    await denied(read(`${dataKeys.report('theirs', 1)}.html`));
    await denied(read(dataKeys.channel('ours', 1, 'train')));
    await denied(put('in/ours/march.csv'));
    await denied(ask('ours'));
  });
});
