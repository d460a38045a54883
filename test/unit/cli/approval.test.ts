import { describe, expect, it } from 'vitest';
import type { Release, Run } from '../../../shared/domain/records.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { MODEL } from './fixture.ts';
import { json, modelloop, waitingSession } from './terminal.ts';

const BY = 'arn:aws:iam::123456789012:user/ops';

describe('approve', () => {
  it('starts the deployment of what waits, in the name of the caller', async () => {
    const session = await waitingSession();
    const outcome = await modelloop(['approve', MODEL, '--run', '3', '--reason', 'agreed', '--json'], { session });
    expect(json(outcome)).toMatchObject({
      ...{ kind: 'promotion', outcome: 'requested', execution: `${MODEL}-v2-r3`, modelVersion: 2 },
      approval: { by: BY, reason: 'agreed' },
    });
    const run = (await session.ports.store.get<Run>(registryKeys.run(MODEL, 3)))?.value;
    expect(run).toMatchObject({ deployment: { status: 'deploying' }, approval: { decision: 'approved', by: BY } });
    const { stdout } = await modelloop(['runs', MODEL, '--run', '3'], { session });
    expect(stdout).toContain(`approval    approved by ${BY}, 2026-03-01 12:00:00Z: agreed`);
  });

  it.each([
    [['--run', '2'], 'run 2 was not promoted by its verdict: it has none', 1],
    [['--run', '9'], 'flight-delay has no run 9', 3],
  ])('%j is refused, with the reason and what to do', async (args, reason, exit) => {
    const { code, stderr } = await modelloop(['approve', MODEL, ...args], { session: await waitingSession() });
    expect(stderr).toContain(reason);
    expect(code).toBe(exit);
  });
});

it('releases tell who approved which, and why', async () => {
  const session = await waitingSession();
  const { store } = session.ports;
  const release = await store.get<Release>(registryKeys.release(MODEL, 1));
  if (!release) throw new Error('no release 1');
  const approval = { by: BY, reason: 'agreed', at: '2026-03-01T11:03:00.000Z' };
  const value: Release = { ...release.value, approval };
  await store.commit([{ put: release.key, value, expect: { revision: release.revision } }]);
  const { stdout } = await modelloop(['releases', MODEL], { session });
  expect(stdout).toMatch(/^1 +live +approved /m);
  expect(stdout).toContain(`release 1 was approved by ${BY}, 2026-03-01 11:03:00Z: agreed`);
});

describe('reject', () => {
  it('wants a reason', async () => {
    const { code, stderr } = await modelloop(['reject', MODEL], { session: await waitingSession() });
    expect(code).toBe(2);
    expect(stderr).toContain('--reason');
  });

  it('ends the wait, and says how to have it live all the same', async () => {
    const session = await waitingSession();
    const { stdout } = await modelloop(['reject', MODEL, '--reason', 'outage week'], { session });
    expect(stdout).toContain('run 3 is rejected; what is live stays');
    expect(stdout).toContain(`modelloop promote ${MODEL} --version 2`);
    expect((await modelloop(['runs', MODEL], { session })).stdout).toContain('promoted, but rejected');
    const { stderr } = await modelloop(['approve', MODEL, '--run', '3'], { session });
    expect(stderr).toContain(`run 3 was rejected by ${BY}`);
    expect(stderr).toContain('outage week');
  });
});
