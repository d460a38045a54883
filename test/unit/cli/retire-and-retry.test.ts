import { describe, expect, it } from 'vitest';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL } from './fixture.ts';
import { historySession, json, modelloop, retiredSession } from './terminal.ts';

describe('retire', () => {
  it('does nothing without --yes, and says what it would do', async () => {
    const session = await historySession();
    const { code, stdout, stderr } = await modelloop(['retire', MODEL], { session });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('nothing was done: add --yes');
    expect(stderr).toContain('modelloop-test-flight-delay');
    expect(await session.ports.store.get(registryKeys.retired(MODEL))).toBeUndefined();
  });

  it('says what is left, how to remove it, and the way back', async () => {
    const { code, stdout } = await modelloop(['retire', MODEL], { session: await retiredSession() });
    expect(code).toBe(0);
    expect(stdout).toContain('flight-delay is retired: nothing of it is live');
    expect(stdout).toContain('npx cdk destroy modelloop-test-model-flight-delay');
    expect(stdout).toContain('modelloop promote flight-delay --version N');
  });

  it('asks for it in the name of the caller, and exits with 1 when it is not gone in time', async () => {
    const session = await historySession();
    const outcome = await modelloop(['retire', MODEL, '--yes', '--reason', 'old', '--timeout', '1', '--json'], {
      session,
    });
    expect(outcome.code).toBe(1);
    expect(json(outcome)).toMatchObject({ outcome: 'under-way', execution: 'flight-delay-retire-1-1', retired: null });
    expect(await session.ports.executions.describe(arnOf('flight-delay-retire-1-1'))).toMatchObject({
      input: { kind: 'retirement', approval: { by: 'arn:aws:iam::123456789012:user/ops', reason: 'old' } },
    });
  });
});

const arnOf = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:modelloop-test-deployment:${name}`;

it('status of a retired model says so, and wants nothing', async () => {
  const session = await retiredSession();
  const { stdout } = await modelloop(['status'], { session });
  expect(stdout).toMatch(/^ {2}flight-delay +retired +10 minutes ago/m);
  expect(stdout).toContain('nothing needs you');
  expect((await modelloop(['status', MODEL], { session })).stdout).toContain(
    'nothing: retired 10 minutes ago by arn:aws:iam::123456789012:user/jo',
  );
});

describe('retry', () => {
  it('tells the run that began', async () => {
    const { code, stdout } = await modelloop(['retry', MODEL]);
    expect(code).toBe(0);
    expect(stdout).toContain('run 3 has started, on data 1 × code 2');
  });

  it('of what has not failed exits with 1 and says why', async () => {
    const { code, stderr } = await modelloop(['retry', MODEL, '--run', '1']);
    expect(code).toBe(1);
    expect(stderr).toContain('run 1 has not failed: its promotion is live');
  });
});
