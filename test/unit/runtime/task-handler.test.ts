import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { ConflictError } from '../../../shared/ports/registry-store.ts';
import { MissingEnvironmentError, placeFromEnvironment, required } from '../../../shared/runtime/environment.ts';
import { TaskInputError, taskHandler } from '../../../shared/runtime/task-handler.ts';

const context = { functionName: 'f', awsRequestId: 'r', functionVersion: '1', memoryLimitInMB: '128' } as Context;
beforeEach(() => vi.spyOn(process.stderr, 'write').mockImplementation(() => true));
afterEach(() => vi.restoreAllMocks());

describe('a task', () => {
  const double = taskHandler(z.object({ n: z.number() }), async ({ n }) => ({ n: 2 * n }));

  it('is given what its schema says, and answers', async () => {
    expect(await double({ n: 21, other: 'member' }, context)).toEqual({ n: 42 });
  });

  it('refuses other input by name, with its place', async () => {
    const refused = double({ n: 'x' }, context);
    await expect(refused).rejects.toThrow(TaskInputError);
    await expect(refused).rejects.toThrow(/→ at n/);
  });

  it('throws what its work throws: the name is what a state machine matches', async () => {
    const cause = new Error('why');
    const lost = new ConflictError([{ model: 'churn', sort: 'head' }], { cause });
    const failing = taskHandler(z.object({}), () => Promise.reject(lost));
    await expect(failing({}, context)).rejects.toMatchObject({
      ...{ name: 'ConflictError', cause },
      message: expect.stringContaining('churn/head'),
    });
  });
});

describe('the environment', () => {
  const env = { MODELLOOP_STAGE: 'dev', MODELLOOP_ACCOUNT: '123456789012', AWS_REGION: 'eu-west-1' };
  it('names the place', () => {
    expect(placeFromEnvironment(env)).toEqual({ stage: 'dev', account: '123456789012', region: 'eu-west-1' });
  });
  it('says what the company wants of all that is made at run time, if anything', () => {
    const settings = {
      network: { subnets: ['subnet-0000000a'], securityGroups: ['sg-00000001'] },
      tags: { team: 'x' },
    };
    expect(placeFromEnvironment({ ...env, MODELLOOP_SETTINGS: JSON.stringify(settings) })).toMatchObject(settings);
    expect(() => placeFromEnvironment({ ...env, MODELLOOP_SETTINGS: '{"netwrok": {}}' })).toThrow('netwrok');
  });
  it.each(['MODELLOOP_STAGE', 'MODELLOOP_ACCOUNT', 'AWS_REGION'] as const)(
    'without %s, or with it empty, is refused',
    (name) => {
      expect(() => required(name, { ...env, [name]: '' })).toThrow(MissingEnvironmentError);
      expect(() => placeFromEnvironment({ ...env, [name]: undefined })).toThrow(name);
    },
  );
});
